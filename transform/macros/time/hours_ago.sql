{#- The moment so many hours ago. -#}
{% macro hours_ago(hours) -%}
    {{ dbt.dateadd('hour', -hours, now_instant()) }}
{%- endmacro %}
