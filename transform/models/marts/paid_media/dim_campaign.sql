with

googleads_campaigns as (

    select * from {{ ref('stg_googleads__campaigns') }}

),

googleads_budgets as (

    select * from {{ ref('stg_googleads__campaign_budgets') }}

),

facebook_campaigns as (

    select * from {{ ref('stg_facebook__campaigns') }}

),

facebook_accounts as (

    select * from {{ ref('stg_facebook__accounts') }}

),

accounts as (

    select * from {{ ref('dim_account') }}

),

performance as (

    select * from {{ ref('fct_campaign_performance_daily') }}

),

campaigns as (

    select
        {{ label('google') }} as platform,
        googleads_campaigns.account_id,
        googleads_campaigns.campaign_id,
        googleads_campaigns.campaign_name,
        googleads_campaigns.status,
        googleads_campaigns.channel_type as campaign_type,
        coalesce(googleads_budgets.is_shared, false) as is_budget_shared,
        googleads_campaigns.start_date,
        googleads_campaigns.end_date,
        case
            when coalesce(googleads_budgets.period, 'daily') = 'daily'
                then coalesce(googleads_budgets.daily_amount, googleads_campaigns.budget_amount)
        end as daily_budget,
        googleads_budgets.lifetime_amount as lifetime_budget
    from googleads_campaigns
    left join googleads_budgets
        on
            googleads_campaigns.account_id = googleads_budgets.account_id
            and googleads_campaigns.budget_id = googleads_budgets.budget_id

    union all

    select
        {{ label('facebook') }} as platform,
        facebook_campaigns.account_id,
        facebook_campaigns.campaign_id,
        facebook_campaigns.campaign_name,
        lower(facebook_campaigns.status) as status,
        lower(facebook_campaigns.objective) as campaign_type,
        false as is_budget_shared,
        {{ date_in_zone('facebook_campaigns.started_at', 'facebook_accounts.time_zone') }} as start_date,
        {{ date_in_zone('facebook_campaigns.ended_at', 'facebook_accounts.time_zone') }} as end_date,
        facebook_campaigns.daily_budget,
        facebook_campaigns.lifetime_budget
    from facebook_campaigns
    left join facebook_accounts on facebook_campaigns.account_id = facebook_accounts.account_id

),

-- a campaign that has numbers is one, whether its own record was read or not
campaigns_with_numbers as (

    select
        platform,
        account_id,
        campaign_id,
        max(currency) as currency
    from performance
    group by platform, account_id, campaign_id

),

campaign_keys as (

    select
        platform,
        account_id,
        campaign_id
    from campaigns

    union

    select
        platform,
        account_id,
        campaign_id
    from campaigns_with_numbers

)

select
    campaign_keys.platform,
    campaign_keys.account_id,
    campaign_keys.campaign_id,

    campaigns.campaign_name,
    campaigns.status,
    campaigns.campaign_type,
    coalesce(accounts.currency, campaigns_with_numbers.currency) as currency,
    accounts.time_zone,
    campaigns.is_budget_shared,

    campaigns.start_date,
    campaigns.end_date,

    {{ money('campaigns.daily_budget') }} as daily_budget,
    {{ money('campaigns.lifetime_budget') }} as lifetime_budget
from campaign_keys
left join campaigns
    on
        campaign_keys.platform = campaigns.platform
        and campaign_keys.account_id = campaigns.account_id
        and campaign_keys.campaign_id = campaigns.campaign_id
left join campaigns_with_numbers
    on
        campaign_keys.platform = campaigns_with_numbers.platform
        and campaign_keys.account_id = campaigns_with_numbers.account_id
        and campaign_keys.campaign_id = campaigns_with_numbers.campaign_id
left join accounts
    on
        campaign_keys.platform = accounts.platform
        and campaign_keys.account_id = accounts.account_id
