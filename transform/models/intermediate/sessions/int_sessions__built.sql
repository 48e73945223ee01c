{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook='{{ mark_outdated_sessions() }}',
        post_hook=['{{ delete_outdated_sessions() }}', '{{ rekey_users() }}', '{{ mark_first_sessions() }}'],
        indexes=[{'columns': ['owner_key']}],
        dist='owner_key',
        sort=['session_date'],
    )
}}

-- for rekey_users: depends_on: {{ ref('int_identity__user_xref') }}
{%- set steps = var('funnel_events') %}

with

{{ read_days() }},

{% if is_incremental() -%}
    {{ due_session_days() }},

    outdated_stretches as (

        select distinct
            owner_key,
            stretch_started_at,
            stretch_ended_at
        from {{ this }}
        where is_outdated

    ),
{%- endif %}

due_events as (

    {{ due_session_events() }}

),

-- a part is a session of CleverTap's, or an event outside any, which has its own key as `outside_key`
numbered_events as (

    select
        *,
        case when session_id is null then event_key end as outside_key,
        row_number() over (
            partition by owner_key, session_id, case when session_id is null then event_key end
            order by occurred_at, event_key
        ) as event_number,
        case
            when utm_source is not null
                then sum(case when utm_source is null then 0 else 1 end) over (
                    partition by owner_key, session_id, case when session_id is null then event_key end
                    order by occurred_at, event_key
                    rows unbounded preceding
                )
        end as tag_number
    from due_events

),

parts as (

    select
        owner_key,
        session_id,
        outside_key,

        case when session_id is null then 1 else 0 end as is_outside,
        max(user_key) as user_key,
        max(case when has_device then 1 else 0 end) as has_device,
        max(case when event_number = 1 then event_key end) as first_event_key,
        max(case when event_number = 1 then event_name end) as landing_event,
        max(case when event_number = 1 then platform end) as platform,
        max(case when event_number = 1 then app_version end) as app_version,
        max(case when tag_number = 1 then event_key end) as tagged_event_key,
        max(case when tag_number = 1 then utm_source end) as utm_source,
        max(case when tag_number = 1 then utm_medium end) as utm_medium,
        max(case when tag_number = 1 then utm_campaign end) as utm_campaign,

        min(event_date) as first_date,
        max(event_date) as last_date,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        max(case when tag_number = 1 then occurred_at end) as tagged_at,

        count(*) as events,
        sum(case when event_name = {{ text_literal(steps[1]) }} then 1 else 0 end) as product_views,
        sum(case when event_name = {{ text_literal(steps[2]) }} then 1 else 0 end) as add_to_carts,
        sum(case when event_name = {{ text_literal(steps[3]) }} then 1 else 0 end) as purchases
    from numbered_events
    group by owner_key, session_id, outside_key

),

followed_parts as (

    select
        *,
        max(ended_at) over (
            partition by owner_key
            order by started_at, is_outside, session_id, outside_key
            rows between unbounded preceding and 1 preceding
        ) as ended_before
    from parts

),

-- parts that overlap, or follow each other without a gap, make a stretch
numbered_parts as (

    select
        *,
        sum(case when started_at <= {{ after_session_gap('ended_before') }} then 0 else 1 end) over (
            partition by owner_key
            order by started_at, is_outside, session_id, outside_key
            rows unbounded preceding
        ) as stretch_number
    from followed_parts

),

stretch_parts as (

    select
        *,
        min(started_at) over (partition by owner_key, stretch_number) as stretch_started_at,
        max(ended_at) over (partition by owner_key, stretch_number) as stretch_ended_at,
        min(first_date) over (partition by owner_key, stretch_number) as stretch_first_date,
        max(last_date) over (partition by owner_key, stretch_number) as stretch_last_date,
        sum(1 - is_outside) over (
            partition by owner_key, stretch_number
            order by started_at, is_outside, session_id, outside_key
            rows unbounded preceding
        ) as sessions_begun
    from numbered_parts

),

-- an event outside belongs to the session of its stretch that began last before it, else to the stretch's first one
joined_parts as (

    select
        *,
        max(session_id) over (
            partition by owner_key, stretch_number, case when sessions_begun = 0 then 1 else sessions_begun end
        ) as joined_session_id
    from stretch_parts

),

keyed_parts as (

    select
        *,
        md5(
            owner_key || '|' || case
                when joined_session_id is not null then cast(joined_session_id as varchar(20))
                else 'at ' || cast(cast(extract(epoch from stretch_started_at) as bigint) as varchar(20))
            end
        ) as session_key
    from joined_parts

),

ranked_parts as (

    select
        *,
        row_number() over (partition by session_key order by started_at, first_event_key) as part_number,
        row_number() over (
            partition by session_key
            order by case when tagged_at is null then 1 else 0 end, tagged_at, tagged_event_key
        ) as tag_number
    from keyed_parts

),

sessions as (

    select
        session_key,
        max(user_key) as user_key,
        max(owner_key) as owner_key,
        max(case when has_device = 1 then owner_key end) as device_key,
        max(joined_session_id) as session_id,

        max(case when part_number = 1 then landing_event end) as landing_event,
        max(case when part_number = 1 then platform end) as platform,
        max(case when part_number = 1 then app_version end) as app_version,
        max(case when tag_number = 1 then utm_source end) as utm_source,
        max(case when tag_number = 1 then utm_medium end) as utm_medium,
        max(case when tag_number = 1 then utm_campaign end) as utm_campaign,

        min(first_date) as session_date,
        min(started_at) as started_at,
        max(ended_at) as ended_at,
        max(stretch_first_date) as stretch_first_date,
        max(stretch_last_date) as stretch_last_date,
        max(stretch_started_at) as stretch_started_at,
        max(stretch_ended_at) as stretch_ended_at,

        cast(sum(events) as bigint) as events,
        cast(sum(product_views) as bigint) as product_views,
        cast(sum(add_to_carts) as bigint) as add_to_carts,
        cast(sum(purchases) as bigint) as purchases
    from ranked_parts
    group by session_key

),

spans as (

    select distinct
        stretch_first_date,
        stretch_last_date
    from sessions

),

read_spans as (

    {{ read_spans('spans') }}

)

select
    sessions.session_key,
    sessions.user_key,
    sessions.device_key,
    sessions.owner_key,
    sessions.session_id,

    sessions.landing_event,
    sessions.platform,
    sessions.app_version,
    sessions.utm_source,
    sessions.utm_medium,
    sessions.utm_campaign,
    -- of those that are built now; mark_first_sessions looks at all
    row_number() over (partition by sessions.user_key order by sessions.started_at, sessions.session_key) = 1 as is_first_session,
    false as is_outdated,

    sessions.session_date,
    sessions.started_at,
    sessions.ended_at,
    sessions.stretch_first_date,
    sessions.stretch_last_date,
    sessions.stretch_started_at,
    sessions.stretch_ended_at,

    sessions.events,
    sessions.product_views,
    sessions.add_to_carts,
    sessions.purchases,
    read_spans.reads_checksum
from sessions
inner join read_spans
    on
        sessions.stretch_first_date = read_spans.stretch_first_date
        and sessions.stretch_last_date = read_spans.stretch_last_date
