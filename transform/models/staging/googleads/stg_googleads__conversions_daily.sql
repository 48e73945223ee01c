{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_googleads_days('campaign_conversions') }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

raw_rows as (

    select * from {{ source('googleads', 'campaign_conversions') }}

),

due_days as (

    {{ googleads_due_days('campaign_conversions') }}

),

current_rows as (

    {{ googleads_current_rows() }}

)

select
    account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,

    coalesce(segments__conversion_action_name, segments__conversion_action) as action_type,
    lower(max(segments__conversion_action_category)) as action_category,
    'default' as attribution_window,

    date_day,
    customer__currency_code as currency,
    max(read_at) as read_at,
    slice_read_at,

    cast(sum(coalesce(metrics__conversions, 0)) as numeric(18, 6)) as conversions,
    {{ money('sum(coalesce(metrics__conversions_value, 0))') }} as conversion_value,
    cast(sum(coalesce(metrics__all_conversions, 0)) as numeric(18, 6)) as all_conversions,
    {{ money('sum(coalesce(metrics__all_conversions_value, 0))') }} as all_conversion_value
from current_rows
group by
    account_id,
    campaign__id,
    date_day,
    customer__currency_code,
    slice_read_at,
    coalesce(segments__conversion_action_name, segments__conversion_action)
