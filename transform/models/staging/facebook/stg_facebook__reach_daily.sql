{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_slices(ref('stg_facebook__insight_slices'), ['account_id', 'report', 'date_day']) }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'report', 'date_day', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

account_report as (

    select * from {{ source('facebook', 'adsinsights_account') }}

),

campaign_report as (

    select * from {{ source('facebook', 'adsinsights_campaign') }}

),

adset_report as (

    select * from {{ source('facebook', 'adsinsights_adset') }}

),

default_report as (

    select * from {{ source('facebook', 'adsinsights_default') }}

),

due_slices as (

    {{ due_slices(ref('stg_facebook__insight_slices'), ['account_id', 'report', 'date_day']) }}

),

insights as (

    {{ current_insights(
        'account_report',
        ["'account' as level", 'account_report.account_id as entity_id', 'reach', 'frequency'],
    ) }}

    union all

    {{ current_insights('campaign_report', ["'campaign' as level", 'campaign_id as entity_id', 'reach', 'frequency']) }}

    union all

    {{ current_insights('adset_report', ["'ad_group' as level", 'adset_id as entity_id', 'reach', 'frequency']) }}

    union all

    {{ current_insights('default_report', ["'ad' as level", 'ad_id as entity_id', 'reach', 'frequency']) }}

)

-- as the platform says: nobody can be counted anew from parts
select
    account_id,
    entity_id,

    report,
    level,

    date_day,
    read_at,
    slice_read_at,

    cast({{ safe_number('reach') }} as bigint) as reach,
    {{ safe_number('frequency') }} as frequency
from insights
