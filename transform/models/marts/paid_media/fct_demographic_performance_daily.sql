{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

performance as (

    {{ platform_rows('facebook', ref('stg_facebook__demographic_daily'), ['campaign_id', 'breakdown', 'age_range', 'gender']) }}

    union all

    {{ platform_rows(
        'google',
        ref('stg_googleads__age_daily'),
        ['campaign_id', label('age') ~ ' as breakdown', 'age_range', label('all') ~ ' as gender'],
    ) }}

    union all

    {{ platform_rows(
        'google',
        ref('stg_googleads__gender_daily'),
        ['campaign_id', label('gender') ~ ' as breakdown', label('all') ~ ' as age_range', 'gender'],
    ) }}

)

{{ reported_performance(['campaign_id', 'breakdown', 'age_range', 'gender']) }}
