{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_events__resolved') }}

)

-- without the time of reading: a run that brings nothing new changes nothing here
select
    event_key,
    user_key,
    device_key,
    session_id,
    order_id,
    product_id,

    event_name,
    platform,
    app_version,
    is_first_launch,
    utm_source,
    utm_medium,
    utm_campaign,
    currency,

    event_date,
    occurred_at,

    item_count,
    quantity,
    price,
    amount
from events
