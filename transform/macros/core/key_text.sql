{#-
    A text of raw as a key that incremental tables are stored by: on Redshift as wide as texts get, since the raw column grows with
    its values and a column that rows are sorted or spread by cannot be widened.
-#}
{% macro key_text(column) -%}
    {{ return(adapter.dispatch('key_text')(column)) }}
{%- endmacro %}

{% macro default__key_text(column) -%}
    {{ column }}
{%- endmacro %}

{% macro redshift__key_text(column) -%}
    cast({{ column }} as varchar(65535))
{%- endmacro %}
