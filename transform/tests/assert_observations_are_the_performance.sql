-- what was last observed of a campaign's day is what staging shows now, or nothing where it shows nothing; a day that is
-- being read is observed when the read ends
with

observations as (

    select
        *,
        row_number() over (
            partition by platform, account_id, campaign_id, date_day
            order by observed_at desc
        ) as recency
    from {{ ref('int_paid_media__observations') }}

),

last_observations as (

    select * from observations
    where recency = 1

),

facebook_days as (

    select * from {{ ref('stg_facebook__campaign_daily') }}

),

googleads_days as (

    select * from {{ ref('stg_googleads__campaign_daily') }}

),

performance as (

    {{ observed_days('facebook', 'facebook_days') }}

    union all

    {{ observed_days('google', 'googleads_days') }}

)

select
    coalesce(performance.platform, last_observations.platform) as platform,
    coalesce(performance.account_id, last_observations.account_id) as account_id,
    coalesce(performance.campaign_id, last_observations.campaign_id) as campaign_id,
    coalesce(performance.date_day, last_observations.date_day) as date_day
from performance
full outer join last_observations
    on
        performance.platform = last_observations.platform
        and performance.account_id = last_observations.account_id
        and performance.campaign_id = last_observations.campaign_id
        and performance.date_day = last_observations.date_day
where
    (performance.platform is null or performance.slice_read_at is not null)
    and (
        coalesce(performance.impressions, 0) <> coalesce(last_observations.impressions, 0)
        or coalesce(performance.clicks, 0) <> coalesce(last_observations.clicks, 0)
        or coalesce(performance.spend, 0) <> coalesce(last_observations.spend, 0)
        or coalesce(performance.conversions, 0) <> coalesce(last_observations.conversions, 0)
        or coalesce(performance.conversion_value, 0) <> coalesce(last_observations.conversion_value, 0)
    )
