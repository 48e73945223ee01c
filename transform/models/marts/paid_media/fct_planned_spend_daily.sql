{%- set running = "status in ('active', 'enabled')" %}
{%- set lifetime_share = money(exact_quotient('lifetime_budget', '(end_date - start_date + 1)')) %}

with

slices as (

    select * from {{ ref('int_paid_media__campaign_slices') }}

),

accounts as (

    select * from {{ ref('dim_account') }}

),

campaign_history as (

    select * from {{ ref('dim_campaign_history') }}

),

ad_group_history as (

    select * from {{ ref('dim_ad_group_history') }}

),

days as (

    select * from {{ ref('dim_date') }}

),

account_slices as (

    select
        slices.platform,
        slices.account_id,
        slices.date_day,
        slices.settled_read_at,
        coalesce(accounts.time_zone, 'UTC') as time_zone
    from slices
    left join accounts
        on
            slices.platform = accounts.platform
            and slices.account_id = accounts.account_id

),

-- a day counts once it was read after its end
account_spans as (

    select
        platform,
        account_id,
        time_zone,
        min(date_day) as first_date,
        max(case when {{ date_in_zone('settled_read_at', 'time_zone') }} > date_day then date_day end) as as_of_date
    from account_slices
    group by platform, account_id, time_zone

),

-- every day, to the end of the last month, since the account was first read
account_days as (

    select
        account_spans.platform,
        account_spans.account_id,
        account_spans.time_zone,
        account_spans.as_of_date,
        days.date_day,
        days.month_start
    from account_spans
    inner join days as last_days on account_spans.as_of_date = last_days.date_day
    inner join days
        on
            account_spans.first_date <= days.date_day
            and last_days.month_start >= days.month_start

),

-- the first version is taken for the days before it, too: what stood then was never read
campaign_versions as (

    select
        *,
        row_number() over (partition by platform, account_id, campaign_id order by valid_from) as version_number
    from campaign_history

),

ad_group_versions as (

    select
        *,
        row_number() over (partition by platform, account_id, ad_group_id order by valid_from) as version_number
    from ad_group_history

),

campaign_days as (

    select
        account_days.date_day,
        account_days.month_start,
        account_days.as_of_date,
        campaign_versions.*,
        campaign_versions.{{ running }}
        and coalesce(campaign_versions.start_date <= account_days.date_day, true)
        and coalesce(campaign_versions.end_date >= account_days.date_day, true) as is_running
    from account_days
    inner join campaign_versions
        on
            account_days.platform = campaign_versions.platform
            and account_days.account_id = campaign_versions.account_id
    where
        (
            campaign_versions.version_number = 1
            or {{ date_in_zone('campaign_versions.valid_from', 'account_days.time_zone') }} <= account_days.date_day
        )
        and (
            campaign_versions.valid_to is null
            or {{ date_in_zone('campaign_versions.valid_to', 'account_days.time_zone') }} > account_days.date_day
        )

),

ad_group_budgets as (

    select
        account_days.platform,
        account_days.account_id,
        ad_group_versions.campaign_id,
        account_days.date_day,
        sum(ad_group_versions.daily_budget) as daily_budget
    from account_days
    inner join ad_group_versions
        on
            account_days.platform = ad_group_versions.platform
            and account_days.account_id = ad_group_versions.account_id
    where
        ad_group_versions.daily_budget is not null
        and ad_group_versions.{{ running }}
        and (
            ad_group_versions.version_number = 1
            or {{ date_in_zone('ad_group_versions.valid_from', 'account_days.time_zone') }} <= account_days.date_day
        )
        and (
            ad_group_versions.valid_to is null
            or {{ date_in_zone('ad_group_versions.valid_to', 'account_days.time_zone') }} > account_days.date_day
        )
    group by
        account_days.platform,
        account_days.account_id,
        ad_group_versions.campaign_id,
        account_days.date_day

),

budgets as (

    select
        campaign_days.*,
        ad_group_budgets.daily_budget as ad_group_budget,
        cast(case
            when campaign_days.is_budget_shared then 'shared'
            when campaign_days.daily_budget is not null then 'daily'
            when campaign_days.lifetime_budget is not null and campaign_days.end_date >= campaign_days.start_date then 'lifetime'
            when ad_group_budgets.daily_budget is not null then 'ad_groups'
            else 'none'
        end as varchar(65535)) as budget_kind
    from campaign_days
    left join ad_group_budgets
        on
            campaign_days.platform = ad_group_budgets.platform
            and campaign_days.account_id = ad_group_budgets.account_id
            and campaign_days.campaign_id = ad_group_budgets.campaign_id
            and campaign_days.date_day = ad_group_budgets.date_day

)

select
    platform,
    account_id,
    campaign_id,

    campaign_name,
    currency,
    budget_kind,
    is_running,

    date_day,
    month_start,
    as_of_date,

    {{ money("case
        when budget_kind in ('shared', 'none') then null
        when not is_running then 0
        when budget_kind = 'daily' then daily_budget
        when budget_kind = 'lifetime' then " ~ lifetime_share ~ "
        else ad_group_budget
    end") }} as planned_spend
from budgets
