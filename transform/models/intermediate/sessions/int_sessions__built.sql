{{
    config(
        materialized='incremental',
        incremental_strategy='append',
        on_schema_change='fail',
        pre_hook='{{ mark_outdated_sessions() }}',
        post_hook=[
            '{{ delete_outdated_sessions() }}',
            '{{ rekey_users() }}',
            '{{ mark_first_sessions() }}',
            '{{ refresh_statistics() }}',
        ],
    )
}}

-- for rekey_users: depends_on: {{ ref('int_identity__user_xref') }}
{%- set steps = var('funnel_events') %}

with

{{ session_events() }},

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

    -- the days that changed, and what is outdated on other days
    due_events as (

        select session_events.*
        from session_events
        inner join due_days on session_events.event_date = due_days.event_date

        union all

        select session_events.*
        from session_events
        inner join outdated_stretches
            on
                session_events.owner_key = outdated_stretches.owner_key
                and session_events.occurred_at >= outdated_stretches.stretch_started_at
                and session_events.occurred_at <= outdated_stretches.stretch_ended_at
        where session_events.event_date not in (select due_days.event_date from due_days)

    ),
{%- else -%}
    due_events as (

        select * from session_events

    ),
{%- endif %}

-- a session of CleverTap's, or an event outside any
parts as (

    select
        owner_key,
        session_id,
        cast(null as varchar(65535)) as event_key,
        0 as is_outside,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at
    from due_events
    where session_id is not null
    group by owner_key, session_id

    union all

    select
        owner_key,
        session_id,
        event_key,
        1 as is_outside,
        occurred_at as started_at,
        occurred_at as ended_at
    from due_events
    where session_id is null

),

followed_parts as (

    select
        *,
        max(ended_at) over (
            partition by owner_key
            order by started_at, is_outside, session_id, event_key
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
            order by started_at, is_outside, session_id, event_key
            rows unbounded preceding
        ) as stretch_number
    from followed_parts

),

stretch_parts as (

    select
        *,
        min(started_at) over (partition by owner_key, stretch_number) as stretch_started_at,
        max(ended_at) over (partition by owner_key, stretch_number) as stretch_ended_at,
        sum(1 - is_outside) over (
            partition by owner_key, stretch_number
            order by started_at, is_outside, session_id, event_key
            rows unbounded preceding
        ) as sessions_begun
    from numbered_parts

),

-- an event outside belongs to the session of its stretch that began last before it, else to the stretch's first one
joined_parts as (

    select
        owner_key,
        session_id,
        event_key,
        is_outside,
        stretch_started_at,
        stretch_ended_at,
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

keyed_events as (

    select
        due_events.*,
        keyed_parts.session_key,
        keyed_parts.joined_session_id,
        keyed_parts.stretch_started_at,
        keyed_parts.stretch_ended_at
    from due_events
    inner join keyed_parts
        on
            due_events.owner_key = keyed_parts.owner_key
            and due_events.session_id = keyed_parts.session_id

    union all

    select
        due_events.*,
        keyed_parts.session_key,
        keyed_parts.joined_session_id,
        keyed_parts.stretch_started_at,
        keyed_parts.stretch_ended_at
    from due_events
    inner join keyed_parts on due_events.event_key = keyed_parts.event_key
    where due_events.session_id is null

),

numbered_events as (

    select
        *,
        row_number() over (partition by session_key order by occurred_at, event_key) as event_number,
        sum(case when utm_source is null then 0 else 1 end) over (
            partition by session_key
            order by occurred_at, event_key
            rows unbounded preceding
        ) as tags_so_far
    from keyed_events

),

sessions as (

    select
        session_key,
        max(user_key) as user_key,
        max(device_key) as device_key,
        max(owner_key) as owner_key,
        max(joined_session_id) as session_id,

        max(case when event_number = 1 then event_name end) as landing_event,
        max(case when event_number = 1 then platform end) as platform,
        max(case when event_number = 1 then app_version end) as app_version,
        max(case when tags_so_far = 1 and utm_source is not null then utm_source end) as utm_source,
        max(case when tags_so_far = 1 and utm_source is not null then utm_medium end) as utm_medium,
        max(case when tags_so_far = 1 and utm_source is not null then utm_campaign end) as utm_campaign,

        min(event_date) as session_date,
        max(event_date) as last_date,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        max(stretch_started_at) as stretch_started_at,
        max(stretch_ended_at) as stretch_ended_at,

        count(*) as events,
        sum(case when event_name = {{ text_literal(steps[1]) }} then 1 else 0 end) as product_views,
        sum(case when event_name = {{ text_literal(steps[2]) }} then 1 else 0 end) as add_to_carts,
        sum(case when event_name = {{ text_literal(steps[3]) }} then 1 else 0 end) as purchases
    from numbered_events
    group by session_key

),

dated_sessions as (

    select
        *,
        min(session_date) over (partition by owner_key, stretch_started_at) as stretch_first_date,
        max(last_date) over (partition by owner_key, stretch_started_at) as stretch_last_date
    from sessions

),

spans as (

    select distinct
        stretch_first_date,
        stretch_last_date
    from dated_sessions

),

read_spans as (

    {{ read_spans('spans') }}

)

select
    dated_sessions.session_key,
    dated_sessions.user_key,
    dated_sessions.device_key,
    dated_sessions.owner_key,
    dated_sessions.session_id,

    dated_sessions.landing_event,
    dated_sessions.platform,
    dated_sessions.app_version,
    dated_sessions.utm_source,
    dated_sessions.utm_medium,
    dated_sessions.utm_campaign,
    false as is_first_session,
    false as is_outdated,

    dated_sessions.session_date,
    dated_sessions.started_at,
    dated_sessions.ended_at,
    dated_sessions.stretch_first_date,
    dated_sessions.stretch_last_date,
    dated_sessions.stretch_started_at,
    dated_sessions.stretch_ended_at,

    dated_sessions.events,
    dated_sessions.product_views,
    dated_sessions.add_to_carts,
    dated_sessions.purchases,
    read_spans.reads_checksum
from dated_sessions
inner join read_spans
    on
        dated_sessions.stretch_first_date = read_spans.stretch_first_date
        and dated_sessions.stretch_last_date = read_spans.stretch_last_date
