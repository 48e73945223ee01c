with

events as (

    select * from {{ ref('fct_events') }}

),

days as (

    select * from {{ ref('dim_date') }}

),

cohorts as (

    select
        user_key,
        {{ week_start('min(event_date)') }} as cohort_week
    from events
    where user_key is not null
    group by user_key

),

active_weeks as (

    select distinct
        events.user_key,
        days.week_start as active_week
    from events
    inner join days on events.event_date = days.date_day
    where events.event_name not in ({{ text_list(var('inactive_events')) }})

),

cohort_sizes as (

    select
        cohort_week,
        count(*) as cohort_size
    from cohorts
    group by cohort_week

),

cohort_activity as (

    select
        cohorts.cohort_week,
        active_weeks.active_week,
        count(*) as users
    from cohorts
    inner join active_weeks on cohorts.user_key = active_weeks.user_key
    group by cohorts.cohort_week, active_weeks.active_week

),

last_week as (

    select {{ week_start('max(event_date)') }} as week_start
    from events

),

-- every week up to the last one, so that a week in which nobody came back is a 0 and no gap
cohort_weeks as (

    select
        cohort_sizes.cohort_week,
        cohort_sizes.cohort_size,
        days.date_day as active_week
    from cohort_sizes
    cross join last_week
    inner join days
        on
            days.date_day = days.week_start
            and days.date_day between cohort_sizes.cohort_week and last_week.week_start

)

select
    cohort_weeks.cohort_week,
    (cohort_weeks.active_week - cohort_weeks.cohort_week) / 7 as week_number,

    cohort_weeks.active_week,

    cohort_weeks.cohort_size,
    coalesce(cohort_activity.users, 0) as users,
    {{ safe_ratio('coalesce(cohort_activity.users, 0)', 'cohort_weeks.cohort_size') }} as retention_rate
from cohort_weeks
left join cohort_activity
    on
        cohort_weeks.cohort_week = cohort_activity.cohort_week
        and cohort_weeks.active_week = cohort_activity.active_week
