{#- An amount in millionths, as Google gives it, as money; exact. A sum of them is a bigint again, which keeps Redshift's product exact. -#}
{% macro from_micros(micros) -%}
    cast(cast({{ micros }} as bigint) * cast(0.000001 as numeric(7, 6)) as numeric(38, 9))
{%- endmacro %}
