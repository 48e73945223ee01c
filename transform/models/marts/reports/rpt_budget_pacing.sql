{%- set tolerance = var('budget_pace_tolerance') %}
{%- set spend_to_come = exact_quotient(exact_product('recent_spend.spend', 'months.days_to_run'), 'recent_spend.day_count') %}

with

planned_days as (

    select * from {{ ref('fct_planned_spend_daily') }}

),

performance as (

    select * from {{ ref('fct_campaign_performance_daily') }}

),

spent_days as (

    select
        planned_days.*,
        planned_days.date_day <= planned_days.as_of_date as is_over,
        planned_days.as_of_date - planned_days.date_day < {{ var('budget_forecast_days') }} as is_recent,
        coalesce(performance.spend, 0) as spend,
        row_number() over (
            partition by
                planned_days.platform,
                planned_days.account_id,
                planned_days.campaign_id,
                planned_days.month_start
            order by planned_days.date_day desc
        ) as recency
    from planned_days
    left join performance
        on
            planned_days.platform = performance.platform
            and planned_days.account_id = performance.account_id
            and planned_days.campaign_id = performance.campaign_id
            and planned_days.date_day = performance.date_day

),

-- what the last days cost a day, those on which the campaign could run
recent_spend as (

    select
        platform,
        account_id,
        campaign_id,
        sum(spend) as spend,
        count(*) as day_count
    from spent_days
    where is_over and is_recent and is_running
    group by platform, account_id, campaign_id

),

months as (

    select
        platform,
        account_id,
        campaign_id,
        max(campaign_name) as campaign_name,
        max(currency) as currency,
        max(case when recency = 1 then budget_kind end) as budget_kind,
        month_start,
        max(as_of_date) as as_of_date,
        count(*) as days_planned,
        sum(case when is_over then 1 else 0 end) as days_over,
        sum(case when not is_over and is_running then 1 else 0 end) as days_to_run,
        sum(planned_spend) as budget_month,
        sum(case when is_over then planned_spend end) as budget_to_date,
        sum(case when is_over then spend else 0 end) as spend_to_date
    from spent_days
    group by platform, account_id, campaign_id, month_start

),

forecasts as (

    select
        months.*,
        months.spend_to_date
        + coalesce({{ money(spend_to_come) }}, 0) as forecast_spend,
        {{ safe_ratio('months.spend_to_date', 'months.budget_to_date') }} as pace_ratio
    from months
    left join recent_spend
        on
            months.platform = recent_spend.platform
            and months.account_id = recent_spend.account_id
            and months.campaign_id = recent_spend.campaign_id

)

select
    platform,
    account_id,
    campaign_id,

    campaign_name,
    currency,
    budget_kind,
    cast(case
        when pace_ratio is null then 'no_budget'
        when pace_ratio > 1 + {{ tolerance }} then 'over'
        when pace_ratio < 1 - {{ tolerance }} then 'under'
        else 'on_pace'
    end as varchar(65535)) as status,

    month_start,
    as_of_date,

    cast(days_planned as integer) as days_planned,
    cast(days_over as integer) as days_over,
    {{ money('budget_month') }} as budget_month,
    {{ money('budget_to_date') }} as budget_to_date,
    {{ money('spend_to_date') }} as spend_to_date,
    {{ money('forecast_spend') }} as forecast_spend,
    pace_ratio,
    {{ safe_ratio('forecast_spend', 'budget_month') }} as forecast_ratio
from forecasts
where spend_to_date > 0 or budget_month > 0
