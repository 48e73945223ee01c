with

event_trends as (

    select * from {{ source('clevertap', 'event_trends') }}

)

select
    event_name,

    event_date,
    read_at,

    event_count,
    user_count
from event_trends
where _sdc_deleted_at is null
