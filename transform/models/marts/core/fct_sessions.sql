{{ config(materialized='view') }}

with

sessions as (

    select * from {{ ref('int_sessions__built') }}

)

select
    session_key,
    user_key,
    device_key,
    session_id,

    landing_event,
    platform,
    app_version,
    {{ channel('utm_source', 'utm_medium') }} as channel,
    utm_source,
    utm_medium,
    utm_campaign,
    is_first_session,

    session_date,
    started_at,
    ended_at,

    {{ seconds_between('started_at', 'ended_at') }} as duration_seconds,
    events,
    product_views,
    add_to_carts,
    purchases
from sessions
