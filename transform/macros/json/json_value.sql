{#- A property of a JSON column as JSON; null when there is none. -#}
{% macro json_value(column, key) -%}
    {{ return(adapter.dispatch('json_value')(column, key)) }}
{%- endmacro %}

{% macro postgres__json_value(column, key) -%}
    ({{ column }} -> {{ text_literal(key) }})
{%- endmacro %}

{#- Needs enable_case_sensitive_super_attribute. Not run against Redshift yet. -#}
{% macro redshift__json_value(column, key) -%}
    {{ column }}."{{ key }}"
{%- endmacro %}
