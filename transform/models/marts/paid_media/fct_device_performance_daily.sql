{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows('facebook', ref('stg_facebook__device_daily'), ['campaign_id', 'device']) }}

    union all

    {{ platform_rows('google', ref('stg_googleads__device_daily'), ['campaign_id', 'device']) }}

)

{{ reported_performance(['campaign_id', 'device']) }}
