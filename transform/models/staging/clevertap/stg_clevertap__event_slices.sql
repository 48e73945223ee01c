with

reads as (

    select * from {{ source('clevertap', 'events_reads') }}

)

select
    event_name,
    cast(event_date as date) as event_date,
    max(read_at) as read_at
from reads
where _sdc_deleted_at is null
group by event_name, cast(event_date as date)
