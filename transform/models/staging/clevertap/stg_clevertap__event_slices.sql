{{ config(post_hook='{{ refresh_statistics() }}') }}

with

raw_rows as (

    select * from {{ source('clevertap', 'events') }}

),

raw_reads as (

    select * from {{ source('clevertap', 'events_reads') }}

),

{{ slice_reads(['event_name', 'event_date']) }}

select
    event_name,
    event_date,

    newest_read_at,
    complete_read_at,
    settled_read_at,
    overwritten_at,
    complete_run,

    read_rows,
    held_rows
from slices
