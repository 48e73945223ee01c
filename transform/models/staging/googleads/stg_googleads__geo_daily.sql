-- a view: a country's code may be loaded after the day's numbers
{{ config(materialized='view') }}

with

country_days as (

    select * from {{ ref('stg_googleads__country_daily') }}

),

countries as (

    select * from {{ ref('stg_googleads__countries') }}

)

select
    country_days.account_id,
    country_days.campaign_id,

    coalesce(countries.country_code, 'unknown') as country_code,
    country_days.location_type,

    country_days.date_day,
    country_days.currency,
    max(country_days.read_at) as read_at,
    country_days.slice_read_at,

    cast(sum(country_days.impressions) as bigint) as impressions,
    cast(sum(country_days.clicks) as bigint) as clicks,
    {{ money('sum(country_days.spend)') }} as spend,
    cast(sum(country_days.conversions) as numeric(18, 6)) as conversions,
    {{ money('sum(country_days.conversion_value)') }} as conversion_value
from country_days
left join countries on country_days.country_criterion_id = countries.country_criterion_id
group by
    country_days.account_id,
    country_days.campaign_id,
    coalesce(countries.country_code, 'unknown'),
    country_days.location_type,
    country_days.date_day,
    country_days.currency,
    country_days.slice_read_at
