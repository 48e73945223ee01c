{{ config(dist='user_key', sort=['activity_date']) }}
{%- set steps = var('funnel_events') %}

with

events as (

    select * from {{ ref('fct_events') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

users as (

    select * from {{ ref('dim_user') }}

),

event_totals as (

    select
        event_date,
        user_key,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        count(*) as events,
        sum(case when event_name in ({{ text_list(var('inactive_events')) }}) then 0 else 1 end) as active_events,
        sum(case when event_name = {{ text_literal(steps[1]) }} then 1 else 0 end) as product_views,
        sum(case when event_name = {{ text_literal(steps[2]) }} then 1 else 0 end) as add_to_carts,
        sum(case when event_name = {{ text_literal(steps[3]) }} then 1 else 0 end) as purchases
    from events
    where user_key is not null
    group by event_date, user_key

),

session_totals as (

    select
        session_date,
        user_key,
        count(*) as sessions
    from sessions
    group by session_date, user_key

),

-- a sum leaves out what has no rate, so a day with such an order has no amount
order_totals as (

    select
        order_date,
        user_key,
        count(*) as orders,
        case when count(*) = count(net_amount_reporting) then sum(net_amount_reporting) end as net_amount_reporting
    from orders
    group by order_date, user_key

)

select
    event_totals.event_date as activity_date,
    event_totals.user_key,

    event_totals.active_events > 0 as is_active,
    event_totals.event_date = users.first_event_date as is_new_user,

    event_totals.first_event_at,
    event_totals.last_event_at,

    event_totals.events,
    event_totals.active_events,
    coalesce(session_totals.sessions, 0) as sessions,
    event_totals.product_views,
    event_totals.add_to_carts,
    event_totals.purchases,
    coalesce(order_totals.orders, 0) as orders,
    {{ money('case when order_totals.orders is null then 0 else order_totals.net_amount_reporting end') }} as net_amount_reporting
from event_totals
inner join users on event_totals.user_key = users.user_key
left join session_totals
    on
        event_totals.event_date = session_totals.session_date
        and event_totals.user_key = session_totals.user_key
left join order_totals
    on
        event_totals.event_date = order_totals.order_date
        and event_totals.user_key = order_totals.user_key
