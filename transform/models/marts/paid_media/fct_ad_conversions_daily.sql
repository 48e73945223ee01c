{{ config(materialized='view') }}

with

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

conversions as (

    select
        {{ label('facebook') }} as platform,
        account_id,
        campaign_id,
        action_type,
        attribution_window,
        date_day,
        currency,
        conversions,
        conversion_value,
        cast(null as numeric(18, 6)) as all_conversions,
        cast(null as numeric(38, 9)) as all_conversion_value
    from {{ ref('stg_facebook__conversions_daily') }}

    union all

    select
        {{ label('google') }} as platform,
        account_id,
        campaign_id,
        action_type,
        attribution_window,
        date_day,
        currency,
        conversions,
        conversion_value,
        all_conversions,
        all_conversion_value
    from {{ ref('stg_googleads__conversions_daily') }}

)

select
    conversions.platform,
    conversions.account_id,
    conversions.campaign_id,

    conversions.action_type,
    conversions.attribution_window,
    conversions.date_day,
    conversions.currency,
    {{ label(var('reporting_currency')) }} as reporting_currency,

    conversions.conversions,
    conversions.conversion_value,
    conversions.all_conversions,
    conversions.all_conversion_value,
    exchange_rates.rate as exchange_rate,
    {{ convert_amount('conversions.conversion_value', 'exchange_rates.rate') }} as conversion_value_reporting
from conversions
left join exchange_rates
    on
        conversions.date_day = exchange_rates.rate_date
        and conversions.currency = exchange_rates.currency
