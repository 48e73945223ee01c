{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_sessions__built') }}

),

first_sessions as (

    select * from {{ ref('int_sessions__first') }}

)

select
    sessions.session_key,
    sessions.user_key,
    sessions.device_key,
    sessions.session_id,

    sessions.landing_event,
    sessions.platform,
    sessions.app_version,
    {{ channel('sessions.utm_source', 'sessions.utm_medium') }} as channel,
    sessions.utm_source,
    sessions.utm_medium,
    sessions.utm_campaign,
    first_sessions.session_key is not null as is_first_session,

    sessions.session_date,
    sessions.started_at,
    sessions.ended_at,

    {{ seconds_between('sessions.started_at', 'sessions.ended_at') }} as duration_seconds,
    sessions.events,
    sessions.product_views,
    sessions.add_to_carts,
    sessions.purchases
from sessions
left join first_sessions on sessions.session_key = first_sessions.session_key
