{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], 'slices.gives_campaigns') }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

{%- set keys = ['account_id', 'campaign_id', 'date_day', 'currency', 'read_at', 'slice_read_at'] %}

with

campaign_report as (

    select * from {{ source('facebook', 'adsinsights_campaign') }}

),

default_report as (

    select * from {{ source('facebook', 'adsinsights_default') }}

),

due_slices as (

    {{ due_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], 'slices.gives_campaigns') }}

),

insights as (

    {{ current_insights('campaign_report', ['campaign_id', 'actions', 'action_values']) }}

    union all

    {{ current_insights('default_report', ['campaign_id', 'actions', 'action_values']) }}

),

actions as (

    {{ json_elements('insights', 'actions', keep=keys) }}

),

action_values as (

    {{ json_elements('insights', 'action_values', keep=keys) }}

),

amounts as (

    {{ actions_by_window('actions', keep=keys) }}

),

value_amounts as (

    {{ actions_by_window('action_values', keep=keys) }}

),

numbers as (

    select
        *,
        amount as conversions,
        cast(null as numeric(38, 9)) as conversion_value
    from amounts
    where amount is not null

    union all

    select
        *,
        cast(null as numeric(38, 9)) as conversions,
        amount as conversion_value
    from value_amounts
    where amount is not null

)

select
    account_id,
    campaign_id,

    action_type,
    attribution_window,

    date_day,
    currency,
    max(read_at) as read_at,
    max(slice_read_at) as slice_read_at,

    cast(coalesce(sum(conversions), 0) as numeric(18, 6)) as conversions,
    {{ money('coalesce(sum(conversion_value), 0)') }} as conversion_value
from numbers
where action_type is not null
group by account_id, campaign_id, action_type, attribution_window, date_day, currency
