-- a table, unlike its like: Google's part is a view itself, and a view that stands on one goes whenever that is made anew
{{ config(materialized='table') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows(
        'facebook',
        ref('stg_facebook__geo_daily'),
        ['campaign_id', 'country_code', label('location_of_presence') ~ ' as location_type'],
    ) }}

    union all

    {{ platform_rows('google', ref('stg_googleads__geo_daily'), ['campaign_id', 'country_code', 'location_type']) }}

)

{{ reported_performance(['campaign_id', 'country_code', 'location_type']) }}
