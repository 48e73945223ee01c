with

asset_groups as (

    select * from {{ source('googleads', 'asset_groups') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(asset_group__id as varchar(65535)) as asset_group_id,

    asset_group__name as asset_group_name,
    lower(asset_group__status) as status,
    lower(asset_group__ad_strength) as ad_strength,

    read_at
from asset_groups
where _sdc_deleted_at is null
