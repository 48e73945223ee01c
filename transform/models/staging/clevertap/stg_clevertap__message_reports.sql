with

raw_reports as (

    select * from {{ source('clevertap', 'message_reports') }}

),

slices as (

    select * from {{ ref('stg_clevertap__message_report_slices') }}

),

-- what the day's latest complete read no longer saw is gone; a day without one passes as it is
current_reports as (

    select raw_reports.*
    from raw_reports
    inner join slices on raw_reports.report_date = slices.report_date
    where
        raw_reports._sdc_deleted_at is null
        and {{ is_current_row('raw_reports', 'slices') }}

)

select
    message_report_key,
    message_id,

    message_name,
    nullif(channel, '') as channel,
    nullif(delivery, '') as delivery,
    nullif(device, '') as device,
    status,
    start_date as started_on,
    conversion_event,

    report_date,
    read_at,

    sent,
    viewed,
    clicked
from current_reports
