{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], \"slices.report = 'country'\") }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

country_report as (

    select * from {{ source('facebook', 'adsinsights_country') }}

),

due_slices as (

    {{ due_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], "slices.report = 'country'") }}

),

insights as (

    {{ current_insights('country_report', insight_columns(['campaign_id', 'country as country_code'])) }}

),

{{ insight_performance(['account_id', 'campaign_id', 'country_code', 'date_day']) }}

select
    account_id,
    campaign_id,

    country_code,

    date_day,
    currency,
    read_at,
    slice_read_at,

    impressions,
    clicks,
    spend,
    conversions,
    conversion_value
from performance
