{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_slices(ref('stg_clevertap__event_slices'), ['event_name', 'event_date']) }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['event_name', 'event_date', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        dist='event_key',
        sort=['event_date', 'event_name'],
    )
}}

{%- set properties = var('clevertap_properties') %}

with

raw_events as (

    select * from {{ source('clevertap', 'events') }}

),

due_slices as (

    {{ due_slices(ref('stg_clevertap__event_slices'), ['event_name', 'event_date']) }}

),

-- what the slice's latest complete read no longer saw is gone; a slice without one passes as it is
current_events as (

    select
        raw_events.*,
        due_slices.settled_read_at as slice_read_at
    from raw_events
    inner join due_slices
        on
            raw_events.event_name = due_slices.event_name
            and cast(raw_events.event_date as date) = due_slices.event_date
    where
        raw_events._sdc_deleted_at is null
        and {{ is_current_row('raw_events', 'due_slices') }}

)

select
    {{ key_text('event_key') }} as event_key,
    nullif(object_id, '') as object_id,
    nullif({{ json_string('profile', 'identity') }}, '') as "identity",
    {{ json_integer('event_props', properties.session_id) }} as session_id,
    {{ json_string('event_props', properties.order_id) }} as order_id,
    {{ json_string('event_props', properties.product_id) }} as product_id,

    {{ key_text('event_name') }} as event_name,
    {{ json_string('profile', 'platform') }} as platform,
    {{ json_string('event_props', properties.app_version) }} as app_version,
    {{ json_boolean('event_props', properties.first_launch) }} as is_first_launch,
    coalesce({{ json_string('session_props', 'utm_source') }}, {{ json_string('event_props', 'utm_source') }}) as utm_source,
    coalesce({{ json_string('session_props', 'utm_medium') }}, {{ json_string('event_props', 'utm_medium') }}) as utm_medium,
    coalesce({{ json_string('session_props', 'utm_campaign') }}, {{ json_string('event_props', 'utm_campaign') }})
        as utm_campaign,
    {{ json_string('event_props', properties.currency) }} as currency,
    {{ json_value('event_props', properties['items']) }} as items,

    cast(event_date as date) as event_date,
    occurred_at,
    read_at,
    slice_read_at,

    {{ json_number('event_props', properties.quantity) }} as quantity,
    {{ json_number('event_props', properties.price) }} as price,
    {{ json_number('event_props', properties.amount) }} as amount
from current_events
