{#- An amount times an exchange rate, as money: exact but for what is beyond nine decimals. -#}
{% macro convert_amount(amount, rate) -%}
    cast(round({{ exact_product(amount, rate) }}, 9) as numeric(38, 9))
{%- endmacro %}
