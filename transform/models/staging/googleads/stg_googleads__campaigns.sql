with

campaigns as (

    select * from {{ source('googleads', 'campaigns') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(campaign_budget__id as varchar(65535)) as budget_id,

    campaign__name as campaign_name,
    lower(campaign__status) as status,
    lower(campaign__primary_status) as primary_status,
    lower(campaign__advertising_channel_type) as channel_type,
    lower(campaign__bidding_strategy_type) as bidding_strategy,

    cast(cast(campaign__start_date_time as timestamp) as date) as start_date,
    cast(cast(campaign__end_date_time as timestamp) as date) as end_date,
    read_at,

    {{ from_micros('campaign_budget__amount_micros') }} as budget_amount
from campaigns
where _sdc_deleted_at is null
