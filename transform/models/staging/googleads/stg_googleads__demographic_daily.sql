{{ config(materialized='view') }}

with

age_days as (

    select * from {{ ref('stg_googleads__age_daily') }}

),

gender_days as (

    select * from {{ ref('stg_googleads__gender_daily') }}

)

select
    account_id,
    campaign_id,

    'age' as breakdown,
    age_range,
    'all' as gender,

    date_day,
    currency,
    read_at,
    slice_read_at,

    impressions,
    clicks,
    spend,
    conversions,
    conversion_value
from age_days

union all

select
    account_id,
    campaign_id,

    'gender' as breakdown,
    'all' as age_range,
    gender,

    date_day,
    currency,
    read_at,
    slice_read_at,

    impressions,
    clicks,
    spend,
    conversions,
    conversion_value
from gender_days
