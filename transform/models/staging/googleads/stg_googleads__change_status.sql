with

change_status as (

    select * from {{ source('googleads', 'change_status') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    change_status__resource_name as change_id,

    lower(change_status__resource_type) as resource_type,
    lower(change_status__resource_status) as change_type,
    change_status__campaign as campaign_resource,
    change_status__campaign_budget as budget_resource,
    change_status__ad_group as ad_group_resource,

    cast(change_status__last_change_date_time as timestamp) as changed_local_at,
    read_at
from change_status
where _sdc_deleted_at is null
