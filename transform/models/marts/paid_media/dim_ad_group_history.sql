with

versions as (

    select * from {{ ref('snp_ad_group') }}

)

select
    platform,
    account_id,
    campaign_id,
    ad_group_id,

    ad_group_name,
    status,
    currency,

    dbt_valid_from as valid_from,
    dbt_valid_to as valid_to,
    dbt_valid_to is null as is_current,

    daily_budget,
    lifetime_budget
from versions
