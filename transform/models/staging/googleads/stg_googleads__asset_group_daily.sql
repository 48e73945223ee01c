{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_googleads_days('asset_group_performance') }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

raw_rows as (

    select * from {{ source('googleads', 'asset_group_performance') }}

),

due_days as (

    {{ googleads_due_days('asset_group_performance') }}

),

current_rows as (

    {{ googleads_current_rows() }}

)

select
    account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(asset_group__id as varchar(65535)) as asset_group_id,

    date_day,
    customer__currency_code as currency,
    read_at,
    slice_read_at,

    coalesce(metrics__impressions, 0) as impressions,
    coalesce(metrics__clicks, 0) as clicks,
    {{ from_micros('coalesce(metrics__cost_micros, 0)') }} as spend,
    cast(coalesce(metrics__conversions, 0) as numeric(18, 6)) as conversions,
    {{ money('coalesce(metrics__conversions_value, 0)') }} as conversion_value
from current_rows
