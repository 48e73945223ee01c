{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows('facebook', ref('stg_facebook__campaign_daily'), ['campaign_id']) }}

    union all

    {{ platform_rows('google', ref('stg_googleads__campaign_daily'), ['campaign_id']) }}

)

{{ reported_performance(['campaign_id']) }}
