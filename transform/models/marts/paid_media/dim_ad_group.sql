with

googleads_ad_groups as (

    select * from {{ ref('stg_googleads__ad_groups') }}

),

facebook_ad_sets as (

    select * from {{ ref('stg_facebook__ad_sets') }}

),

accounts as (

    select * from {{ ref('dim_account') }}

),

performance as (

    select * from {{ ref('fct_ad_group_performance_daily') }}

),

ad_groups as (

    select
        {{ label('google') }} as platform,
        account_id,
        campaign_id,
        ad_group_id,
        ad_group_name,
        status,
        cast(null as numeric(38, 9)) as daily_budget,
        cast(null as numeric(38, 9)) as lifetime_budget
    from googleads_ad_groups

    union all

    select
        {{ label('facebook') }} as platform,
        account_id,
        campaign_id,
        ad_group_id,
        ad_group_name,
        lower(status) as status,
        daily_budget,
        lifetime_budget
    from facebook_ad_sets

),

-- an ad group that has numbers is one, whether its own record was read or not
ad_groups_with_numbers as (

    select
        platform,
        account_id,
        ad_group_id,
        max(campaign_id) as campaign_id,
        max(currency) as currency
    from performance
    group by platform, account_id, ad_group_id

),

ad_group_keys as (

    select
        platform,
        account_id,
        ad_group_id
    from ad_groups

    union

    select
        platform,
        account_id,
        ad_group_id
    from ad_groups_with_numbers

)

select
    ad_group_keys.platform,
    ad_group_keys.account_id,
    coalesce(ad_groups.campaign_id, ad_groups_with_numbers.campaign_id) as campaign_id,
    ad_group_keys.ad_group_id,

    ad_groups.ad_group_name,
    ad_groups.status,
    coalesce(accounts.currency, ad_groups_with_numbers.currency) as currency,

    {{ money('ad_groups.daily_budget') }} as daily_budget,
    {{ money('ad_groups.lifetime_budget') }} as lifetime_budget
from ad_group_keys
left join ad_groups
    on
        ad_group_keys.platform = ad_groups.platform
        and ad_group_keys.account_id = ad_groups.account_id
        and ad_group_keys.ad_group_id = ad_groups.ad_group_id
left join ad_groups_with_numbers
    on
        ad_group_keys.platform = ad_groups_with_numbers.platform
        and ad_group_keys.account_id = ad_groups_with_numbers.account_id
        and ad_group_keys.ad_group_id = ad_groups_with_numbers.ad_group_id
left join accounts
    on
        ad_group_keys.platform = accounts.platform
        and ad_group_keys.account_id = accounts.account_id
