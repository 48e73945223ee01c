with

googleads_ads as (

    select * from {{ ref('stg_googleads__ads') }}

),

facebook_ads as (

    select * from {{ ref('stg_facebook__ads') }}

),

accounts as (

    select * from {{ ref('dim_account') }}

),

performance as (

    select * from {{ ref('fct_ad_performance_daily') }}

),

ads as (

    select
        {{ label('google') }} as platform,
        account_id,
        campaign_id,
        ad_group_id,
        ad_id,
        ad_name,
        status,
        ad_type
    from googleads_ads

    union all

    select
        {{ label('facebook') }} as platform,
        account_id,
        campaign_id,
        ad_group_id,
        ad_id,
        ad_name,
        lower(status) as status,
        cast(null as varchar(65535)) as ad_type
    from facebook_ads

),

-- an ad that has numbers is one, whether its own record was read or not
ads_with_numbers as (

    select
        platform,
        account_id,
        ad_group_id,
        ad_id,
        max(campaign_id) as campaign_id,
        max(currency) as currency
    from performance
    group by platform, account_id, ad_group_id, ad_id

),

ad_keys as (

    select
        platform,
        account_id,
        ad_group_id,
        ad_id
    from ads

    union

    select
        platform,
        account_id,
        ad_group_id,
        ad_id
    from ads_with_numbers

)

select
    ad_keys.platform,
    ad_keys.account_id,
    coalesce(ads.campaign_id, ads_with_numbers.campaign_id) as campaign_id,
    ad_keys.ad_group_id,
    ad_keys.ad_id,

    ads.ad_name,
    ads.status,
    ads.ad_type,
    coalesce(accounts.currency, ads_with_numbers.currency) as currency
from ad_keys
left join ads
    on
        ad_keys.platform = ads.platform
        and ad_keys.account_id = ads.account_id
        and ad_keys.ad_group_id = ads.ad_group_id
        and ad_keys.ad_id = ads.ad_id
left join ads_with_numbers
    on
        ad_keys.platform = ads_with_numbers.platform
        and ad_keys.account_id = ads_with_numbers.account_id
        and ad_keys.ad_group_id = ads_with_numbers.ad_group_id
        and ad_keys.ad_id = ads_with_numbers.ad_id
left join accounts
    on
        ad_keys.platform = accounts.platform
        and ad_keys.account_id = accounts.account_id
