with

campaign_budgets as (

    select * from {{ source('googleads', 'campaign_budgets') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(campaign_budget__id as varchar(65535)) as budget_id,

    campaign_budget__name as budget_name,
    lower(campaign_budget__status) as status,
    lower(campaign_budget__period) as period,
    campaign_budget__explicitly_shared as is_shared,

    read_at,

    {{ from_micros('campaign_budget__amount_micros') }} as daily_amount,
    {{ from_micros('campaign_budget__total_amount_micros') }} as lifetime_amount
from campaign_budgets
where _sdc_deleted_at is null
