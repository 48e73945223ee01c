{#- A text as numeric(38, 9) where it is a plain decimal number of at most 28 digits before the point; else null. -#}
{% macro safe_number(text) -%}
    cast(case when {{ text }} ~ '^-?[0-9]{1,28}([.][0-9]+)?$' then {{ text }} end as numeric(38, 9))
{%- endmacro %}
