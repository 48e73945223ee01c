{#-
    Commits what the hooks before it made. dbt-redshift looks relations up in a transaction that it begins, and rolls back when the
    hooks are done.
-#}
{% macro keep_inputs() -%}
    {{ return(adapter.dispatch('keep_inputs')()) }}
{%- endmacro %}

{% macro postgres__keep_inputs() -%}
{%- endmacro %}

{% macro redshift__keep_inputs() -%}
    {%- if execute -%}
    commit
    {%- endif -%}
{%- endmacro %}
