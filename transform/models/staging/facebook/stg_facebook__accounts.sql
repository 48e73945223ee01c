with

accounts as (

    select * from {{ source('facebook', 'adaccounts') }}

),

ranked_accounts as (

    select
        *,
        {{ newest_first('account_id') }} as recency
    from accounts
    where _sdc_deleted_at is null

)

select
    account_id,

    name as account_name,
    business_name,
    case account_status
        when 1 then 'ACTIVE'
        when 2 then 'DISABLED'
        when 3 then 'UNSETTLED'
        when 7 then 'PENDING_RISK_REVIEW'
        when 8 then 'PENDING_SETTLEMENT'
        when 9 then 'IN_GRACE_PERIOD'
        when 100 then 'PENDING_CLOSURE'
        when 101 then 'CLOSED'
        when 201 then 'ANY_ACTIVE'
        when 202 then 'ANY_CLOSED'
    end as status,
    currency,
    timezone_name as time_zone,

    cast(created_time as timestamptz) as created_at,
    read_at
from ranked_accounts
where recency = 1
