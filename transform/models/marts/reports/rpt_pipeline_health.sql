with

source_tables as (

    select * from {{ ref('int_pipeline__tables') }}

),

slices as (

    select * from {{ ref('int_pipeline__slices') }}

),

event_counts as (

    select * from {{ ref('int_pipeline__event_counts') }}

),

event_totals as (

    select
        'clevertap' as source_name,
        'events' as table_name,
        cast(sum(counted_events) as bigint) as counted_events,
        cast(sum(held_events) as bigint) as held_events,
        cast(sum(abs(counted_events - held_events)) as bigint) as events_apart,
        count(case when counted_events <> held_events then 1 end) as slices_apart
    from event_counts

),

-- a day that was read and had no rows was loaded too
loads as (

    select
        source_tables.*,
        greatest(source_tables.last_loaded_at, reads.last_loaded_at) as last_news_at,
        coalesce(reads.last_data_date, source_tables.last_data_date) as last_date
    from source_tables
    left join source_tables as reads
        on
            source_tables.source_name = reads.source_name
            and source_tables.reads_table = reads.table_name

),

freshest as (

    select max(last_date) as last_date from loads

),

findings as (

    select
        loads.source_name,
        loads.table_name,
        loads.relation_name,

        loads.first_loaded_at,
        loads.last_news_at as last_loaded_at,
        loads.last_date as last_data_date,
        loads.last_rejected_at,
        slices.last_unfinished_date,
        slices.last_differing_date,

        loads.row_count,
        loads.rejected_count,
        freshest.last_date - loads.last_date as lag_days,
        slices.complete_slices,
        slices.unfinished_slices,
        slices.differing_slices,
        event_totals.counted_events,
        event_totals.held_events,
        event_totals.slices_apart,

        loads.rejected_count > 0 as has_rejected,
        coalesce(slices.unfinished_slices > 0, false) as has_unfinished,
        coalesce(slices.differing_slices > 0, false) as has_differing,
        coalesce(event_totals.events_apart > event_totals.counted_events * {{ var('event_count_tolerance') }}, false) as is_apart,
        loads.last_news_at is null as is_unloaded,
        loads.last_news_at is null and loads.is_expected as is_missing,
        coalesce(loads.last_news_at < {{ hours_ago(var('stale_after_hours')) }} and not loads.may_rest, false) as is_late,
        coalesce(freshest.last_date - loads.last_date > loads.stale_after_days, false) as is_behind
    from loads
    cross join freshest
    left join slices
        on
            loads.source_name = slices.source_name
            and loads.table_name = slices.table_name
    left join event_totals
        on
            loads.source_name = event_totals.source_name
            and loads.table_name = event_totals.table_name

),

notes as (

    select
        *,
        case when has_rejected then {{ concatenated([
            "'Records rejected: '", "rejected_count", "', the last at '", utc_text('last_rejected_at'),
            "'; they wait in '", "relation_name", "'__rejected: mend them, then empty it. '",
        ]) }} end as rejected_note,
        case when has_unfinished then {{ concatenated([
            "'Slices begun and not read to their end: '", "unfinished_slices", "', the newest of '", "last_unfinished_date",
            "'; a run is under way, or run the tap again. '",
        ]) }} end as unfinished_note,
        case when has_differing then {{ concatenated([
            "'Slices with other rows than their read gave: '", "differing_slices", "', the newest of '", "last_differing_date",
            "'; a run reads those of lookback_days again. '",
        ]) }} end as differing_note,
        case when is_apart then {{ concatenated([
            "'CleverTap counts '", "counted_events", "' events, here are '", "held_events", "'; slices that differ: '",
            "slices_apart", "'. '",
        ]) }} end as apart_note,
        case when is_missing then 'Never loaded, but its source is in expected_sources. ' end as missing_note,
        case when is_late then {{ concatenated([
            "'Last loaded at '", utc_text('last_loaded_at'), "', more than '", var('stale_after_hours'), "' hours ago. '",
        ]) }} end as late_note,
        case when is_behind then {{ concatenated([
            "'Days behind the freshest table: '", "lag_days", "', its last is '", "last_data_date", "'. '",
        ]) }} end as behind_note
    from findings

),

reasons as (

    select
        *,
        trim(
            coalesce(rejected_note, '') || coalesce(unfinished_note, '') || coalesce(differing_note, '')
            || coalesce(apart_note, '') || coalesce(missing_note, '') || coalesce(late_note, '') || coalesce(behind_note, '')
        ) as problems
    from notes

)

select
    source_name,
    table_name,

    cast(case
        when has_rejected then 'rejected'
        when has_unfinished or has_differing or is_apart then 'incomplete'
        when is_missing or is_late or is_behind then 'stale'
        else 'ok'
    end as varchar(65535)) as status,
    cast(case
        when problems <> '' then problems
        when is_unloaded then 'Never loaded: its source or stream is not in use.'
        else 'Loaded in time and whole.'
    end as varchar(65535)) as reason,

    first_loaded_at,
    last_loaded_at,
    last_data_date,

    row_count,
    rejected_count,
    lag_days,
    complete_slices,
    unfinished_slices,
    differing_slices,
    counted_events,
    held_events,
    held_events - counted_events as event_difference
from reasons
