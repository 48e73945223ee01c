-- a campaign's conversions are its actions of the types that count, at the default windows
with

campaign_days as (

    select
        account_id,
        campaign_id,
        date_day,
        conversions,
        conversion_value
    from {{ ref('fct_campaign_performance_daily') }}
    where platform = 'facebook'

),

action_days as (

    select
        account_id,
        campaign_id,
        date_day,
        sum(conversions) as conversions,
        sum(conversion_value) as conversion_value
    from {{ ref('fct_ad_conversions_daily') }}
    where
        platform = 'facebook'
        and attribution_window = 'default'
        and action_type in ({{ text_list(var('facebook_conversion_actions')) }})
    group by account_id, campaign_id, date_day

)

select campaign_days.*
from campaign_days
left join action_days
    on
        campaign_days.account_id = action_days.account_id
        and campaign_days.campaign_id = action_days.campaign_id
        and campaign_days.date_day = action_days.date_day
where
    campaign_days.conversions <> coalesce(action_days.conversions, 0)
    or campaign_days.conversion_value <> coalesce(action_days.conversion_value, 0)
