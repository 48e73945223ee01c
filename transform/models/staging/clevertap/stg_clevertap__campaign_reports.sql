with

campaign_reports as (

    select * from {{ source('clevertap', 'campaign_reports') }}

)

select
    campaign_id,

    read_at,

    sent,
    viewed,
    clicked
from campaign_reports
where _sdc_deleted_at is null
