with

ad_sets as (

    select * from {{ source('facebook', 'adsets') }}

),

accounts as (

    select * from {{ ref('stg_facebook__accounts') }}

),

ranked_ad_sets as (

    select
        *,
        {{ newest_first('id', 'updated_time') }} as recency
    from ad_sets
    where _sdc_deleted_at is null

)

select
    ranked_ad_sets.id as ad_group_id,
    ranked_ad_sets.account_id,
    ranked_ad_sets.campaign_id,

    ranked_ad_sets.name as ad_group_name,
    ranked_ad_sets.optimization_goal,
    ranked_ad_sets.billing_event,
    ranked_ad_sets.bid_strategy,
    ranked_ad_sets.status,
    ranked_ad_sets.effective_status,
    accounts.currency,

    cast(ranked_ad_sets.start_time as timestamptz) as started_at,
    cast(ranked_ad_sets.end_time as timestamptz) as ended_at,
    cast(ranked_ad_sets.created_time as timestamptz) as created_at,
    cast(ranked_ad_sets.updated_time as timestamptz) as updated_at,
    ranked_ad_sets.read_at,

    {{ facebook_amount('ranked_ad_sets.daily_budget', 'accounts.currency') }} as daily_budget,
    {{ facebook_amount('ranked_ad_sets.lifetime_budget', 'accounts.currency') }} as lifetime_budget
from ranked_ad_sets
left join accounts on ranked_ad_sets.account_id = accounts.account_id
where ranked_ad_sets.recency = 1
