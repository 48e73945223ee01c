with

ads as (

    select * from {{ source('googleads', 'ads') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(ad_group__id as varchar(65535)) as ad_group_id,
    cast(ad_group_ad__ad__id as varchar(65535)) as ad_id,

    ad_group_ad__ad__name as ad_name,
    lower(ad_group_ad__status) as status,
    lower(ad_group_ad__ad__type) as ad_type,
    ad_group_ad__ad__final_urls as final_urls,

    read_at
from ads
where _sdc_deleted_at is null
