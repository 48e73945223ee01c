{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows(
        'google',
        ref('stg_googleads__keyword_daily'),
        ['campaign_id', 'ad_group_id', 'keyword_id', 'keyword_text', 'match_type'],
    ) }}

)

{{ reported_performance(['campaign_id', 'ad_group_id', 'keyword_id', 'keyword_text', 'match_type']) }}
