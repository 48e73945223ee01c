with

googleads_accounts as (

    select * from {{ ref('stg_googleads__accounts') }}

),

facebook_accounts as (

    select * from {{ ref('stg_facebook__accounts') }}

),

performance as (

    select * from {{ ref('fct_campaign_performance_daily') }}

),

accounts as (

    select
        {{ label('google') }} as platform,
        account_id,
        account_name,
        status,
        currency,
        time_zone
    from googleads_accounts

    union all

    select
        {{ label('facebook') }} as platform,
        account_id,
        account_name,
        lower(status) as status,
        currency,
        time_zone
    from facebook_accounts

),

-- an account that has numbers is one, whether its own record was read or not
accounts_with_numbers as (

    select
        platform,
        account_id,
        max(currency) as currency
    from performance
    group by platform, account_id

),

account_keys as (

    select
        platform,
        account_id
    from accounts

    union

    select
        platform,
        account_id
    from accounts_with_numbers

)

select
    account_keys.platform,
    account_keys.account_id,

    accounts.account_name,
    accounts.status,
    coalesce(accounts.currency, accounts_with_numbers.currency) as currency,
    accounts.time_zone
from account_keys
left join accounts
    on
        account_keys.platform = accounts.platform
        and account_keys.account_id = accounts.account_id
left join accounts_with_numbers
    on
        account_keys.platform = accounts_with_numbers.platform
        and account_keys.account_id = accounts_with_numbers.account_id
