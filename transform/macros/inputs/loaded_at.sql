{#- The freshness query of a source table. An empty table was never loaded, which is no delay unless its source is expected. -#}
{% macro loaded_at() -%}
    {%- set expected = model.source_name in var('expected_sources') -%}
select
    {% if expected -%}
    coalesce(max(_sdc_received_at), cast('1970-01-01' as timestamptz))
    {%- else -%}
    coalesce(max(_sdc_received_at), {{ now_instant() }})
    {%- endif %} as loaded_at
from {{ this }}
{%- endmacro %}
