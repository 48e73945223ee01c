{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows('facebook', ref('stg_facebook__geo_daily'), ['campaign_id', 'country_code']) }}

)

{{ reported_performance(['campaign_id', 'country_code']) }}
