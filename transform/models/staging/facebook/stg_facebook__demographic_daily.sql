{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook="{{ delete_replaced_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], \"slices.report = 'age_gender'\") }}",
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day', 'slice_read_at']}, {'columns': ['slice_read_at']}],
        sort=['date_day', 'account_id'],
    )
}}

with

age_gender_report as (

    select * from {{ source('facebook', 'adsinsights_age_gender') }}

),

due_slices as (

    {{ due_slices(ref('stg_facebook__insight_slices'), ['account_id', 'date_day'], "slices.report = 'age_gender'") }}

),

insights as (

    {{ current_insights(
        'age_gender_report',
        insight_columns(['campaign_id', "'age_gender' as breakdown", 'age as age_range', 'gender']),
    ) }}

),

{{ insight_performance(['account_id', 'campaign_id', 'breakdown', 'age_range', 'gender', 'date_day']) }}

select
    account_id,
    campaign_id,

    breakdown,
    age_range,
    gender,

    date_day,
    currency,
    read_at,
    slice_read_at,

    impressions,
    clicks,
    spend,
    conversions,
    conversion_value
from performance
