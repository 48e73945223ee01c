with

campaigns as (

    select * from {{ source('clevertap', 'campaigns') }}

)

select
    campaign_id,

    name as campaign_name,
    status,
    scheduled_on,

    read_at
from campaigns
where _sdc_deleted_at is null
