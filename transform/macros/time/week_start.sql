{#- The Monday of a date's week. -#}
{% macro week_start(date_day) -%}
    cast(date_trunc('week', {{ date_day }}) as date)
{%- endmacro %}
