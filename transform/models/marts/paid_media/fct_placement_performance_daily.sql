{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows(
        'facebook',
        ref('stg_facebook__placement_daily'),
        ['campaign_id', 'publisher_platform', 'platform_position', 'impression_device'],
    ) }}

)

{{ reported_performance(['campaign_id', 'publisher_platform', 'platform_position', 'impression_device']) }}
