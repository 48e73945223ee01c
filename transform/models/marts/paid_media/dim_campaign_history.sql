with

versions as (

    select * from {{ ref('snp_campaign') }}

)

select
    platform,
    account_id,
    campaign_id,

    campaign_name,
    status,
    campaign_type,
    currency,
    time_zone,
    is_budget_shared,

    start_date,
    end_date,
    dbt_valid_from as valid_from,
    dbt_valid_to as valid_to,
    dbt_valid_to is null as is_current,

    daily_budget,
    lifetime_budget
from versions
