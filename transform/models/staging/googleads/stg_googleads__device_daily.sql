{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_googleads_days('device_performance') }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

raw_rows as (

    select * from {{ source('googleads', 'device_performance') }}

),

due_days as (

    {{ googleads_due_days('device_performance') }}

),

current_rows as (

    {{ googleads_current_rows() }}

)

select
    account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,

    {{ googleads_device('segments__device') }} as device,

    date_day,
    customer__currency_code as currency,
    max(read_at) as read_at,
    slice_read_at,

    cast(sum(coalesce(metrics__impressions, 0)) as bigint) as impressions,
    cast(sum(coalesce(metrics__clicks, 0)) as bigint) as clicks,
    {{ from_micros('sum(coalesce(metrics__cost_micros, 0))') }} as spend,
    cast(sum(coalesce(metrics__conversions, 0)) as numeric(18, 6)) as conversions,
    {{ money('sum(coalesce(metrics__conversions_value, 0))') }} as conversion_value
from current_rows
group by
    account_id,
    campaign__id,
    date_day,
    customer__currency_code,
    slice_read_at,
    {{ googleads_device('segments__device') }}
