{#- The time that dbt compares its snapshots' times with: an instant, as `observed_at` is. -#}
{% macro postgres__snapshot_get_time() -%}
    {{ now_instant() }}
{%- endmacro %}

{% macro redshift__snapshot_get_time() -%}
    {{ now_instant() }}
{%- endmacro %}
