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

events as (

    select * from {{ ref('stg_clevertap__events') }}

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

items as (

    {{ json_elements('due_events', 'items', keep=['event_key', 'event_name', 'event_date', 'slice_read_at']) }}

)

select
    event_key,
    position as item_number,
    {{ json_string('element', properties.product_id) }} as product_id,

    event_name,

    event_date,
    slice_read_at,

    {{ json_number('element', properties.quantity) }} as quantity,
    {{ json_number('element', properties.price) }} as price
from items
