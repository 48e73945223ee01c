{#- The moment so many hours ago. -#}
{% macro hours_ago(hours) -%}
    {{ dbt.dateadd('hour', -hours, dbt.current_timestamp()) }}
{%- endmacro %}
