{#- Whole seconds from one instant to another, as bigint. -#}
{% macro seconds_between(first, last) -%}
    cast({{ dbt.datediff(first, last, 'second') }} as bigint)
{%- endmacro %}
