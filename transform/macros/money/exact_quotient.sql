{#- An amount (below 10^13, of at most nine decimals) by a whole number below 10^5, to more than nine decimals. -#}
{% macro exact_quotient(amount, divisor) -%}
    {{ return(adapter.dispatch('exact_quotient')(amount, divisor)) }}
{%- endmacro %}

{% macro default__exact_quotient(amount, divisor) -%}
    {{ amount }} / {{ divisor }}
{%- endmacro %}

{#- Of wide types the quotient would keep four decimals: numeric(22, 9) by numeric(5, 0) is numeric(28, 15). -#}
{% macro redshift__exact_quotient(amount, divisor) -%}
    cast({{ amount }} as numeric(22, 9)) / cast({{ divisor }} as numeric(5, 0))
{%- endmacro %}
