{{ config(post_hook='{{ refresh_statistics() }}') }}

{%- set reports = [
    'customer_performance', 'campaign_performance', 'ad_group_performance', 'ad_performance', 'keyword_performance',
    'search_term_performance', 'geo_performance', 'age_performance', 'gender_performance', 'device_performance',
    'asset_group_performance', 'campaign_conversions', 'click_view',
] %}

with

raw_rows as (

    {% for report in reports -%}
        select
            '{{ report }}' as report,
            cast(customer__id as varchar(65535)) as account_id,
            segments__date as date_day,
            read_at,
            _sdc_batched_at,
            _sdc_sync_started_at,
            _sdc_deleted_at
        from {{ source('googleads', report) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

raw_reads as (

    {% for report in reports -%}
        select
            '{{ report }}' as report,
            cast(customer__id as varchar(65535)) as account_id,
            segments__date as date_day,
            read_at,
            rows,
            _sdc_sync_started_at,
            _sdc_deleted_at
        from {{ source('googleads', report ~ '_reads') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

),

{{ slice_reads(['report', 'account_id', 'date_day']) }}

select
    report,
    account_id,

    date_day,

    newest_read_at,
    complete_read_at,
    settled_read_at,
    overwritten_at,
    complete_run,

    read_rows,
    held_rows
from slices
