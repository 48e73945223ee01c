{#- Expressions of any type as one text; null if one is. -#}
{% macro concatenated(expressions) -%}
    {%- for expression in expressions -%}
        cast({{ expression }} as varchar(65535)){{ ' || ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
