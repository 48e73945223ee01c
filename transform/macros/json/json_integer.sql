{#- A property of a JSON column as bigint: a whole number, or a text that is one; anything else is null, never an error. -#}
{% macro json_integer(column, key) -%}
    {%- set text = json_string(column, key) -%}
    cast(cast(case when {{ text }} ~ '^-?[0-9]{1,18}([.]0{1,9})?$' then {{ text }} end as numeric(38, 9)) as bigint)
{%- endmacro %}
