with

versions as (

    select * from {{ ref('snp_account') }}

)

select
    platform,
    account_id,

    account_name,
    status,
    currency,
    time_zone,

    dbt_valid_from as valid_from,
    dbt_valid_to as valid_to,
    dbt_valid_to is null as is_current
from versions
