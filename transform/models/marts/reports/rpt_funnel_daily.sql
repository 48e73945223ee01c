{%- set steps = ['launched', 'viewed', 'added', 'charged'] %}
{%- set events_of_steps = var('funnel_events') %}

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
        {%- for step in steps %}
        max(case when event_name = {{ dbt.string_literal(events_of_steps[loop.index0]) }} then 1 else 0 end) as {{ step }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from events
    where
        user_key is not null
        and event_name in ({{ text_list(events_of_steps) }})
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
