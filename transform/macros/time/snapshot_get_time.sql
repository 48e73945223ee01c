{#- The time that dbt compares its snapshots' times with: an instant, as `observed_at` is. On Redshift dbt's own stays. -#}
{% macro postgres__snapshot_get_time() -%}
    {{ dbt.current_timestamp() }}
{%- endmacro %}
