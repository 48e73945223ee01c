{#- A property of a JSON column as numeric(38, 9): a number, or a text that is one; anything else is null, never an error. -#}
{% macro json_number(column, key) -%}
    {{ safe_number(json_string(column, key)) }}
{%- endmacro %}
