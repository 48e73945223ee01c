{#- The present moment, an instant. -#}
{% macro now_instant() -%}
    {{ return(adapter.dispatch('now_instant')()) }}
{%- endmacro %}

{% macro default__now_instant() -%}
    {{ dbt.current_timestamp() }}
{%- endmacro %}

{#- getdate() is a timestamp without zone, in the session's. -#}
{% macro redshift__now_instant() -%}
    cast(getdate() as timestamptz)
{%- endmacro %}
