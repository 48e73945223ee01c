{#- Operation (`dbt:health`): prints rpt_pipeline_health, the worst first. -#}
{% macro print_health() %}
    {%- set query -%}
select
    status,
    source_name || '.' || table_name as source_table,
    last_data_date,
    row_count,
    reason
from {{ ref('rpt_pipeline_health') }}
order by
    case status when 'rejected' then 1 when 'incomplete' then 2 when 'stale' then 3 else 4 end,
    source_name,
    table_name
    {%- endset -%}
    {%- for row in run_query(query) -%}
        {%- do print('%-10s  %-32s  %-10s  %12s  %s' | format(
            row['status'], row['source_table'], row['last_data_date'] or '', row['row_count'], row['reason']
        )) -%}
    {%- endfor -%}
{% endmacro %}
