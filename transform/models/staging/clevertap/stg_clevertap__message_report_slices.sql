with

raw_rows as (

    select * from {{ source('clevertap', 'message_reports') }}

),

raw_reads as (

    select * from {{ source('clevertap', 'message_reports_reads') }}

),

{{ slice_reads(['report_date']) }}

select
    report_date,

    newest_read_at,
    complete_read_at,
    settled_read_at,
    overwritten_at,
    complete_run,

    read_rows,
    held_rows
from slices
