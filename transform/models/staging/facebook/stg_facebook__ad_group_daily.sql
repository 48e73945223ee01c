{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], 'slices.gives_ad_groups') }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

adset_report as (

    select * from {{ source('facebook', 'adsinsights_adset') }}

),

default_report as (

    select * from {{ source('facebook', 'adsinsights_default') }}

),

due_slices as (

    {{ due_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], 'slices.gives_ad_groups') }}

),

insights as (

    {{ current_insights('adset_report', insight_columns(['campaign_id', 'adset_id as ad_group_id'])) }}

    union all

    {{ current_insights('default_report', insight_columns(['campaign_id', 'adset_id as ad_group_id'])) }}

),

{{ insight_performance(['account_id', 'campaign_id', 'ad_group_id', 'date_day']) }}

select
    account_id,
    campaign_id,
    ad_group_id,

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
