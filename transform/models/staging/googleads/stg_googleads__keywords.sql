with

keywords as (

    select * from {{ source('googleads', 'keywords') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(campaign__id as varchar(65535)) as campaign_id,
    cast(ad_group__id as varchar(65535)) as ad_group_id,
    cast(ad_group_criterion__criterion_id as varchar(65535)) as keyword_id,

    ad_group_criterion__keyword__text as keyword_text,
    lower(ad_group_criterion__keyword__match_type) as match_type,
    lower(ad_group_criterion__status) as status,
    ad_group_criterion__negative as is_negative,

    read_at,

    ad_group_criterion__quality_info__quality_score as quality_score
from keywords
where _sdc_deleted_at is null
