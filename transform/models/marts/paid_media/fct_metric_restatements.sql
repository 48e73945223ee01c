{{ config(materialized='view') }}

with

observations as (

    select * from {{ ref('int_paid_media__observations') }}

)

select
    platform,
    account_id,
    campaign_id,

    currency,
    is_vanished,

    date_day,
    observed_at,

    old_impressions,
    impressions as new_impressions,
    impressions - old_impressions as impressions_delta,
    old_clicks,
    clicks as new_clicks,
    clicks - old_clicks as clicks_delta,
    old_spend,
    spend as new_spend,
    {{ money('spend - old_spend') }} as spend_delta,
    old_conversions,
    conversions as new_conversions,
    cast(conversions - old_conversions as numeric(18, 6)) as conversions_delta,
    old_conversion_value,
    conversion_value as new_conversion_value,
    {{ money('conversion_value - old_conversion_value') }} as conversion_value_delta
from observations
where not is_first_observation
