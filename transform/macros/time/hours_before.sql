{#- The moment so many hours before another. -#}
{% macro hours_before(instant, hours) -%}
    {{ dbt.dateadd('hour', -hours, instant) }}
{%- endmacro %}
