{{ config(dist='user_key') }}

with

events as (

    select * from {{ ref('fct_events') }}

),

devices as (

    select * from {{ ref('int_identity__user_xref') }}

),

customers as (

    select * from {{ ref('int_identity__customers') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

user_keys as (

    select user_key from devices

    union

    select user_key from events
    where user_key is not null

    union

    select user_key from customers

    union

    select user_key from orders
    where user_key is not null

),

device_totals as (

    select
        user_key,
        max(case when "identity" is null then 0 else 1 end) as identified,
        count(*) as device_count
    from devices
    group by user_key

),

event_totals as (

    select
        user_key,
        min(occurred_at) as first_event_at,
        max(occurred_at) as last_event_at,
        min(event_date) as first_event_date
    from events
    group by user_key

),

touches as (

    select
        events.user_key,
        events.utm_source,
        events.utm_medium,
        events.utm_campaign,
        row_number() over (partition by events.user_key order by events.occurred_at, events.event_key) as touch_number
    from events
    inner join event_totals
        on
            events.user_key = event_totals.user_key
            and events.event_date = event_totals.first_event_date
    where events.utm_source is not null

),

first_touches as (

    select * from touches
    where touch_number = 1

)

select
    user_keys.user_key,

    customers.user_key is not null as is_customer,
    customers.user_key is not null or coalesce(device_totals.identified, 0) = 1 as is_identified,
    customers.country,
    {{ channel('first_touches.utm_source', 'first_touches.utm_medium') }} as acquisition_channel,
    first_touches.utm_source as acquisition_utm_source,
    first_touches.utm_medium as acquisition_utm_medium,
    first_touches.utm_campaign as acquisition_utm_campaign,

    event_totals.first_event_date,
    event_totals.first_event_at,
    event_totals.last_event_at,
    customers.signed_up_at,

    coalesce(device_totals.device_count, 0) as device_count
from user_keys
left join customers on user_keys.user_key = customers.user_key
left join device_totals on user_keys.user_key = device_totals.user_key
left join event_totals on user_keys.user_key = event_totals.user_key
left join first_touches on user_keys.user_key = first_touches.user_key
