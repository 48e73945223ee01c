{#- An amount (below 10^13) times a factor (below 10^6), both of at most nine decimals; exact. -#}
{% macro exact_product(amount, factor) -%}
    {{ return(adapter.dispatch('exact_product')(amount, factor)) }}
{%- endmacro %}

{% macro default__exact_product(amount, factor) -%}
    {{ amount }} * {{ factor }}
{%- endmacro %}

{#- A product has the digits of both types, but 38 at most: of two numeric(38, 9) nobody says which digits are lost. -#}
{% macro redshift__exact_product(amount, factor) -%}
    cast({{ amount }} as numeric(22, 9)) * cast({{ factor }} as numeric(15, 9))
{%- endmacro %}
