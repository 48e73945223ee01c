{{ config(post_hook='{{ refresh_statistics() }}') }}

with

events as (

    select * from {{ source('clevertap', 'events') }}

),

reads as (

    select * from {{ source('clevertap', 'events_reads') }}

),

-- the newest read that gave a row, complete or not
row_reads as (

    select
        event_name,
        cast(event_date as date) as event_date,
        max(read_at) as newest_read_at,
        cast(null as timestamptz) as complete_read_at
    from events
    where _sdc_deleted_at is null
    group by event_name, cast(event_date as date)

),

complete_reads as (

    select
        event_name,
        cast(event_date as date) as event_date,
        max(read_at) as newest_read_at,
        max(read_at) as complete_read_at
    from reads
    where _sdc_deleted_at is null
    group by event_name, cast(event_date as date)

),

all_reads as (

    select * from row_reads

    union all

    select * from complete_reads

),

slices as (

    select
        event_name,
        event_date,
        max(newest_read_at) as newest_read_at,
        max(complete_read_at) as complete_read_at
    from all_reads
    group by event_name, event_date

)

select
    event_name,
    event_date,

    newest_read_at,
    complete_read_at,
    case when newest_read_at = complete_read_at then complete_read_at end as settled_read_at
from slices
