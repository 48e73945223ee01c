with

ad_groups as (

    select * from {{ source('googleads', 'ad_groups') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(ad_group__id as varchar(65535)) as ad_group_id,

    ad_group__name as ad_group_name,
    lower(ad_group__status) as status,
    lower(ad_group__type) as ad_group_type,

    read_at,

    {{ from_micros('ad_group__cpc_bid_micros') }} as click_bid
from ad_groups
where _sdc_deleted_at is null
