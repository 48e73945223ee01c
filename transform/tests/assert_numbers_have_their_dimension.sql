-- every account, campaign, ad group and ad that numbers name has its row in the dimensions
with

ad_numbers as (

    select * from {{ ref('fct_ad_performance_daily') }}

),

ad_group_numbers as (

    select * from {{ ref('fct_ad_group_performance_daily') }}

),

campaign_numbers as (

    select * from {{ ref('fct_campaign_performance_daily') }}

),

ads as (

    select * from {{ ref('dim_ad') }}

),

ad_groups as (

    select * from {{ ref('dim_ad_group') }}

),

campaigns as (

    select * from {{ ref('dim_campaign') }}

),

accounts as (

    select * from {{ ref('dim_account') }}

)

select
    ad_numbers.platform,
    ad_numbers.account_id,
    ad_numbers.ad_id as entity_id
from ad_numbers
left join ads
    on
        ad_numbers.platform = ads.platform
        and ad_numbers.account_id = ads.account_id
        and ad_numbers.ad_group_id = ads.ad_group_id
        and ad_numbers.ad_id = ads.ad_id
where ads.platform is null or ads.campaign_id is null

union all

select
    ad_group_numbers.platform,
    ad_group_numbers.account_id,
    ad_group_numbers.ad_group_id as entity_id
from ad_group_numbers
left join ad_groups
    on
        ad_group_numbers.platform = ad_groups.platform
        and ad_group_numbers.account_id = ad_groups.account_id
        and ad_group_numbers.ad_group_id = ad_groups.ad_group_id
where ad_groups.platform is null or ad_groups.campaign_id is null

union all

select
    campaign_numbers.platform,
    campaign_numbers.account_id,
    campaign_numbers.campaign_id as entity_id
from campaign_numbers
left join campaigns
    on
        campaign_numbers.platform = campaigns.platform
        and campaign_numbers.account_id = campaigns.account_id
        and campaign_numbers.campaign_id = campaigns.campaign_id
left join accounts
    on
        campaign_numbers.platform = accounts.platform
        and campaign_numbers.account_id = accounts.account_id
where campaigns.platform is null or accounts.platform is null
