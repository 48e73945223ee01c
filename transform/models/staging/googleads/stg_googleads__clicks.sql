{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_googleads_days('click_view') }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

raw_rows as (

    select * from {{ source('googleads', 'click_view') }}

),

due_days as (

    {{ googleads_due_days('click_view') }}

),

current_rows as (

    {{ googleads_current_rows() }}

)

select
    account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(ad_group__id as varchar(65535)) as ad_group_id,
    click_view__gclid as gclid,

    {{ googleads_device('segments__device') }} as device,

    date_day,
    customer__currency_code as currency,
    read_at,
    slice_read_at,

    coalesce(metrics__clicks, 0) as clicks
from current_rows
