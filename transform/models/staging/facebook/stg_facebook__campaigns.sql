with

campaigns as (

    select * from {{ source('facebook', 'campaigns') }}

),

accounts as (

    select * from {{ ref('stg_facebook__accounts') }}

),

ranked_campaigns as (

    select
        *,
        {{ newest_first('id', 'updated_time') }} as recency
    from campaigns
    where _sdc_deleted_at is null

)

select
    ranked_campaigns.id as campaign_id,
    ranked_campaigns.account_id,

    ranked_campaigns.name as campaign_name,
    ranked_campaigns.objective,
    ranked_campaigns.buying_type,
    ranked_campaigns.bid_strategy,
    ranked_campaigns.status,
    ranked_campaigns.effective_status,
    accounts.currency,

    cast(ranked_campaigns.start_time as timestamptz) as started_at,
    cast(ranked_campaigns.stop_time as timestamptz) as ended_at,
    cast(ranked_campaigns.created_time as timestamptz) as created_at,
    cast(ranked_campaigns.updated_time as timestamptz) as updated_at,
    ranked_campaigns.read_at,

    {{ facebook_amount('ranked_campaigns.daily_budget', 'accounts.currency') }} as daily_budget,
    {{ facebook_amount('ranked_campaigns.lifetime_budget', 'accounts.currency') }} as lifetime_budget,
    {{ facebook_amount('ranked_campaigns.spend_cap', 'accounts.currency') }} as spend_cap
from ranked_campaigns
left join accounts on ranked_campaigns.account_id = accounts.account_id
where ranked_campaigns.recency = 1
