{#- An amount in millionths, as Google gives it, as money; exact. -#}
{% macro from_micros(micros) -%}
    cast({{ micros }} * cast(0.000001 as numeric(7, 6)) as numeric(38, 9))
{%- endmacro %}
