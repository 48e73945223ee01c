with

versions as (

    select * from {{ ref('snp_ad') }}

)

select
    platform,
    account_id,
    campaign_id,
    ad_group_id,
    ad_id,

    ad_name,
    status,
    ad_type,
    currency,

    dbt_valid_from as valid_from,
    dbt_valid_to as valid_to,
    dbt_valid_to is null as is_current
from versions
