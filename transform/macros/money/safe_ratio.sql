{#- A ratio as double precision, null where the denominator is 0 or null. Ratios are made from sums, never averaged. -#}
{% macro safe_ratio(numerator, denominator) -%}
    cast({{ numerator }} as double precision) / nullif(cast({{ denominator }} as double precision), 0)
{%- endmacro %}
