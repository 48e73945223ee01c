{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='append_new_columns',
        pre_hook='{{ delete_all_rows() }}',
        post_hook='{{ refresh_statistics() }}',
        dist='all',
        sort=['rate_date', 'currency'],
    )
}}

{%- set reporting_currency = text_literal(var('reporting_currency')) %}

with

exchange_rates as (

    select * from {{ ref('stg_shop__exchange_rates') }}

),

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

facebook_days as (

    select * from {{ ref('stg_facebook__campaign_daily') }}

),

google_days as (

    select * from {{ ref('stg_googleads__campaign_daily') }}

),

days as (

    select * from {{ ref('dim_date') }}

),

-- rates are filled over the days that any amount or rate speaks of
amount_days as (

    select order_date as date_day from orders

    union all

    select date_day from facebook_days

    union all

    select date_day from google_days

    union all

    select rate_date from exchange_rates

),

horizon as (

    select
        min(date_day) as first_day,
        max(date_day) as last_day
    from amount_days

),

quoted_rates as (

    select
        currency,
        rate_date,
        rate,
        lead(rate_date) over (partition by currency order by rate_date) as next_rate_date
    from exchange_rates
    where
        reporting_currency = {{ reporting_currency }}
        and currency <> {{ reporting_currency }}

),

filled_rates as (

    select
        days.date_day as rate_date,
        quoted_rates.currency,
        quoted_rates.rate_date as quoted_on,
        quoted_rates.rate
    from quoted_rates
    cross join horizon
    inner join days
        on
            quoted_rates.rate_date <= days.date_day
            and horizon.last_day >= days.date_day
            and (quoted_rates.next_rate_date is null or quoted_rates.next_rate_date > days.date_day)

    union all

    select
        days.date_day as rate_date,
        {{ label(var('reporting_currency')) }} as currency,
        days.date_day as quoted_on,
        {{ money(1) }} as rate
    from horizon
    inner join days on days.date_day between horizon.first_day and horizon.last_day

)

select
    rate_date,
    currency,
    {{ label(var('reporting_currency')) }} as reporting_currency,

    quoted_on,

    rate
from filled_rates
{% if is_incremental() -%}
    -- none after the pre-hook, unless dbt-redshift lost the transaction and runs this statement again
    where not exists (select 1 from {{ this }})
{%- endif %}
