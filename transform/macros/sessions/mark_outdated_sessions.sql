{#-
    Pre-hook of `int_sessions__built`: marks what an increment has to build anew. A stretch is all there is to look at when one
    of its events changes: the sessions of an owner that overlap or follow each other without a gap.

    First the stretches with a day of which a slice was read anew. Then those that an event of such a day may reach: by its
    time, or by the time of the session whose number it has. Then the statistics, since the model joins what is marked.
-#}
{% macro mark_outdated_sessions() %}
    {%- if is_incremental() %}
with

{{ read_days() }},

spans as (

    select distinct
        stretch_first_date,
        stretch_last_date
    from {{ this }}

),

spans_now as (

    {{ read_spans('spans') }}

)

update {{ this }}
set is_outdated = true
from spans_now
where
    spans_now.stretch_first_date = {{ this }}.stretch_first_date
    and spans_now.stretch_last_date = {{ this }}.stretch_last_date
    and (
        spans_now.reads_checksum is null
        or {{ this }}.reads_checksum is null
        or spans_now.reads_checksum <> {{ this }}.reads_checksum
    );

with

{{ read_days() }},

{{ due_session_days() }},

due_parts as (

    select
        events.owner_key,
        events.session_id,
        min(events.occurred_at) as started_at,
        max(events.occurred_at) as ended_at
    from ({{ session_events() }}) as events
    inner join due_days on events.event_date = due_days.event_date
    group by
        events.owner_key,
        events.session_id,
        case when events.session_id is null then events.event_key end

),

reaches as (

    select
        due_parts.owner_key,
        least(due_parts.started_at, held.started_at) as started_at,
        greatest(due_parts.ended_at, held.ended_at) as ended_at
    from due_parts
    left join {{ this }} as held
        on
            due_parts.owner_key = held.owner_key
            and due_parts.session_id = held.session_id

)

update {{ this }}
set is_outdated = true
from reaches
where
    reaches.owner_key = {{ this }}.owner_key
    and {{ this }}.stretch_started_at <= {{ after_session_gap('reaches.ended_at') }}
    and reaches.started_at <= {{ after_session_gap(this ~ '.stretch_ended_at') }}
    and not {{ this }}.is_outdated;

{{ refresh_statistics(['owner_key', 'is_outdated']) }}
    {%- endif -%}
{% endmacro %}
