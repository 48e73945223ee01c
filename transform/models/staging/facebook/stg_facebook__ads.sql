with

ads as (

    select * from {{ source('facebook', 'ads') }}

),

ranked_ads as (

    select
        *,
        {{ newest_first('id', 'updated_time') }} as recency
    from ads
    where _sdc_deleted_at is null

)

select
    id as ad_id,
    account_id,
    campaign_id,
    adset_id as ad_group_id,
    {{ json_string('creative', 'id') }} as creative_id,

    name as ad_name,
    status,
    effective_status,

    cast(created_time as timestamptz) as created_at,
    cast(updated_time as timestamptz) as updated_at,
    read_at
from ranked_ads
where recency = 1
