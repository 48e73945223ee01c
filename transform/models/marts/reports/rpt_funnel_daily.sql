{%- set steps = var('funnel_events') %}

with

events as (

    select * from {{ ref('fct_events') }}

),

users as (

    select * from {{ ref('dim_user') }}

),

user_days as (

    select
        user_key,
        event_date,
        max(case when event_name = {{ text_literal(steps[0]) }} then 1 else 0 end) as launched,
        max(case when event_name = {{ text_literal(steps[1]) }} then 1 else 0 end) as viewed,
        max(case when event_name = {{ text_literal(steps[2]) }} then 1 else 0 end) as added,
        max(case when event_name = {{ text_literal(steps[3]) }} then 1 else 0 end) as charged
    from events
    where
        user_key is not null
        and event_name in ({{ text_list(steps) }})
    group by user_key, event_date

),

-- who takes a step has taken all before it on the same day, so that no rate exceeds 1
funnel as (

    select
        user_days.event_date as date_day,
        users.acquisition_channel as channel,
        sum(user_days.launched) as launched_users,
        sum(user_days.launched * user_days.viewed) as viewed_users,
        sum(user_days.launched * user_days.viewed * user_days.added) as added_users,
        sum(user_days.launched * user_days.viewed * user_days.added * user_days.charged) as charged_users
    from user_days
    inner join users on user_days.user_key = users.user_key
    group by user_days.event_date, users.acquisition_channel

)

select
    date_day,
    channel,

    launched_users,
    viewed_users,
    added_users,
    charged_users,
    {{ safe_ratio('viewed_users', 'launched_users') }} as view_rate,
    {{ safe_ratio('added_users', 'viewed_users') }} as add_rate,
    {{ safe_ratio('charged_users', 'added_users') }} as charge_rate,
    {{ safe_ratio('charged_users', 'launched_users') }} as conversion_rate
from funnel
