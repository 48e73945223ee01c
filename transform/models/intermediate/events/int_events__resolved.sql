{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook="{{ delete_replaced_slices(ref('stg_clevertap__event_slices'), ['event_name', 'event_date']) }}",
        post_hook=['{{ rekey_users() }}', '{{ refresh_statistics() }}'],
        indexes=[{'columns': ['event_name', 'event_date', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        dist='user_key',
        sort=['event_date', 'event_name'],
    )
}}

with

events as (

    select * from {{ ref('stg_clevertap__events') }}

),

event_items as (

    select * from {{ ref('stg_clevertap__event_items') }}

),

users as (

    select * from {{ ref('int_identity__user_xref') }}

),

due_slices as (

    {{ due_slices(ref('stg_clevertap__event_slices'), ['event_name', 'event_date']) }}

),

due_events as (

    select events.*
    from events
    inner join due_slices
        on
            events.event_name = due_slices.event_name
            and events.event_date = due_slices.event_date

),

item_totals as (

    select
        event_key,
        count(*) as item_count,
        sum(quantity) as quantity
    from event_items
    group by event_key

)

select
    due_events.event_key,
    coalesce(users.user_key, {{ user_hash('due_events.identity') }}) as user_key,
    users.device_key,
    due_events.session_id,
    due_events.order_id,
    due_events.product_id,

    due_events.event_name,
    due_events.platform,
    due_events.app_version,
    due_events.is_first_launch,
    due_events.utm_source,
    due_events.utm_medium,
    due_events.utm_campaign,
    due_events.currency,

    due_events.event_date,
    due_events.occurred_at,
    due_events.slice_read_at,

    coalesce(item_totals.item_count, 0) as item_count,
    cast(coalesce(due_events.quantity, item_totals.quantity) as numeric(38, 9)) as quantity,
    due_events.price,
    due_events.amount
from due_events
left join users on due_events.object_id = users.object_id
left join item_totals on due_events.event_key = item_totals.event_key
