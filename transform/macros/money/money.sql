{#- An amount as numeric(38, 9), the project's type for money. -#}
{% macro money(amount) -%}
    cast({{ amount }} as numeric(38, 9))
{%- endmacro %}
