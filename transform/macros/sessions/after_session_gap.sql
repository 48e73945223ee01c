{#- The moment up to which an event still belongs to what happened last at `instant`. -#}
{% macro after_session_gap(instant) -%}
    {{ dbt.dateadd('minute', var('session_gap_minutes'), instant) }}
{%- endmacro %}
