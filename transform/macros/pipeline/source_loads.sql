{#-
    A select with one row per source table that target-redshift loads, from the tables themselves. What to look at stands in the
    source's `meta.pipeline`: `day`, the column with the data's day; `reads`, the table of its complete reads; `may_rest`, that no
    load is no fault; `stale_after_days`, where it is not the variable's.
-#}
{% macro source_loads() -%}
    {%- if execute -%}
        {%- for node in graph.sources.values() | sort(attribute='unique_id') if '_sdc_batched_at' in node.columns -%}
            {%- set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.identifier) -%}
            {{ 'union all' if not loop.first }}
            {{ source_load(node, relation) }}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{% macro source_load(node, relation) -%}
    {%- set pipeline = node.config.meta.get('pipeline', {}) -%}
    {%- set rejected = load_relation(relation.incorporate(path={'identifier': node.identifier ~ '__rejected'})) %}
    select
        {{ text_literal(node.source_name) }} as source_name,
        {{ text_literal(node.name) }} as table_name,
        {{ text_literal(node.schema ~ '.' ~ node.identifier) }} as relation_name,
        {{ text_literal(pipeline.reads) if pipeline.reads else 'cast(null as varchar(65535))' }} as reads_table,
        {{ node.source_name in var('expected_sources') }} as is_expected,
        {{ pipeline.get('may_rest', false) }} as may_rest,

        min(_sdc_batched_at) as first_loaded_at,
        max(_sdc_batched_at) as last_loaded_at,
        {{ source_day(node, pipeline.day) }} as last_data_date,
        {{ '(select max(rejected_at) from ' ~ rejected ~ ')' if rejected else 'cast(null as timestamptz)' }} as last_rejected_at,

        count(case when _sdc_deleted_at is null then 1 end) as row_count,
        {{ '(select count(*) from ' ~ rejected ~ ')' if rejected else 'cast(0 as bigint)' }} as rejected_count,
        {{ pipeline.get('stale_after_days', var('stale_after_days')) }} as stale_after_days
    from {{ relation }}
{%- endmacro %}

{#- The newest day in a column of a source table, a date or an instant; null without a column. -#}
{% macro source_day(node, column) -%}
    {%- if not column -%}
        cast(null as date)
    {%- elif node.columns[column].data_type == 'timestamptz' -%}
        max({{ local_date(column) }})
    {%- else -%}
        cast(max({{ column }}) as date)
    {%- endif -%}
{%- endmacro %}
