{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        full_refresh=false,
        on_schema_change='append_new_columns',
        schema='snapshots',
        post_hook='{{ refresh_statistics() }}',
        indexes=[{'columns': ['account_id', 'date_day']}],
        sort=['date_day', 'account_id'],
    )
}}

with

facebook_days as (

    select * from {{ ref('stg_facebook__campaign_daily') }}

),

googleads_days as (

    select * from {{ ref('stg_googleads__campaign_daily') }}

),

slices as (

    select * from {{ ref('int_paid_media__campaign_slices') }}

),

campaign_days as (

    {{ observed_days('facebook', 'facebook_days') }}

    union all

    {{ observed_days('google', 'googleads_days') }}

),

known_observations as (

    {% if is_incremental() -%}
        select * from {{ this }}
    {%- else -%}
        select
            campaign_days.*,
            campaign_days.slice_read_at as observed_at
        from campaign_days
        where 1 = 0
    {%- endif %}

),

-- a day's grace, for reads that were committed late; to compare a slice twice changes nothing
watermarks as (

    select
        platform,
        account_id,
        {{ hours_before('max(observed_at)', 24) }} as compared_until
    from known_observations
    group by platform, account_id

),

read_slices as (

    select slices.*
    from slices
    left join watermarks
        on
            slices.platform = watermarks.platform
            and slices.account_id = watermarks.account_id
    where
        slices.settled_read_at is not null
        and (watermarks.compared_until is null or slices.settled_read_at >= watermarks.compared_until)

),

-- a slice that staging holds in another state has not been taken yet: what it lacks has not vanished
untaken_slices as (

    select distinct
        read_slices.platform,
        read_slices.account_id,
        read_slices.date_day
    from read_slices
    inner join campaign_days
        on
            read_slices.platform = campaign_days.platform
            and read_slices.account_id = campaign_days.account_id
            and read_slices.date_day = campaign_days.date_day
    where campaign_days.slice_read_at is null or read_slices.settled_read_at <> campaign_days.slice_read_at

),

due_slices as (

    select
        read_slices.platform,
        read_slices.account_id,
        read_slices.date_day,
        read_slices.settled_read_at as observed_at
    from read_slices
    left join untaken_slices
        on
            read_slices.platform = untaken_slices.platform
            and read_slices.account_id = untaken_slices.account_id
            and read_slices.date_day = untaken_slices.date_day
    where untaken_slices.platform is null

),

current_days as (

    select
        campaign_days.*,
        due_slices.observed_at
    from campaign_days
    inner join due_slices
        on
            campaign_days.platform = due_slices.platform
            and campaign_days.account_id = due_slices.account_id
            and campaign_days.date_day = due_slices.date_day

),

ranked_observations as (

    select
        known_observations.*,
        due_slices.observed_at as compared_at,
        row_number() over (
            partition by
                known_observations.platform,
                known_observations.account_id,
                known_observations.campaign_id,
                known_observations.date_day
            order by known_observations.observed_at desc
        ) as recency
    from known_observations
    inner join due_slices
        on
            known_observations.platform = due_slices.platform
            and known_observations.account_id = due_slices.account_id
            and known_observations.date_day = due_slices.date_day

),

known_days as (

    select * from ranked_observations
    where recency = 1

)

select
    coalesce(current_days.platform, known_days.platform) as platform,
    coalesce(current_days.account_id, known_days.account_id) as account_id,
    coalesce(current_days.campaign_id, known_days.campaign_id) as campaign_id,

    coalesce(current_days.currency, known_days.currency) as currency,
    known_days.platform is null as is_first_observation,
    current_days.platform is null as is_vanished,

    coalesce(current_days.date_day, known_days.date_day) as date_day,
    coalesce(current_days.observed_at, known_days.compared_at) as observed_at,

    coalesce(current_days.impressions, 0) as impressions,
    coalesce(current_days.clicks, 0) as clicks,
    {{ money('coalesce(current_days.spend, 0)') }} as spend,
    cast(coalesce(current_days.conversions, 0) as numeric(18, 6)) as conversions,
    {{ money('coalesce(current_days.conversion_value, 0)') }} as conversion_value,
    known_days.impressions as old_impressions,
    known_days.clicks as old_clicks,
    known_days.spend as old_spend,
    known_days.conversions as old_conversions,
    known_days.conversion_value as old_conversion_value
from current_days
full outer join known_days
    on
        current_days.platform = known_days.platform
        and current_days.account_id = known_days.account_id
        and current_days.campaign_id = known_days.campaign_id
        and current_days.date_day = known_days.date_day
where
    known_days.platform is null
    or coalesce(current_days.impressions, 0) <> known_days.impressions
    or coalesce(current_days.clicks, 0) <> known_days.clicks
    or coalesce(current_days.spend, 0) <> known_days.spend
    or coalesce(current_days.conversions, 0) <> known_days.conversions
    or coalesce(current_days.conversion_value, 0) <> known_days.conversion_value
