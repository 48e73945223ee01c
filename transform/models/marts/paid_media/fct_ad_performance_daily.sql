{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows('facebook', ref('stg_facebook__ad_daily'), ['campaign_id', 'ad_group_id', 'ad_id']) }}

    union all

    {{ platform_rows('google', ref('stg_googleads__ad_daily'), ['campaign_id', 'ad_group_id', 'ad_id']) }}

)

{{ reported_performance(['campaign_id', 'ad_group_id', 'ad_id']) }}
