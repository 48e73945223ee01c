{#- A property of a JSON column as JSON; null when there is none. -#}
{% macro json_value(column, key) -%}
    {{ return(adapter.dispatch('json_value')(column, key)) }}
{%- endmacro %}

{% macro postgres__json_value(column, key) -%}
    ({{ column }} -> {{ text_literal(key) }})
{%- endmacro %}

{#- Needs what check_json_keys() looks for. -#}
{% macro redshift__json_value(column, key) -%}
    {{ redshift__json_path(column, [key]) }}
{%- endmacro %}
