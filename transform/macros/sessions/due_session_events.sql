{#-
    A select of the session_events() that the model builds sessions of: all, or in an increment, on the CTEs `due_days` and
    `outdated_stretches`, those of days that changed and of what is outdated on other days.
-#}
{% macro due_session_events() %}
    {%- if is_incremental() %}
    select events.*
    from ({{ session_events() }}) as events
    inner join due_days on events.event_date = due_days.event_date

    union all

    select events.*
    from ({{ session_events() }}) as events
    inner join outdated_stretches
        on
            events.owner_key = outdated_stretches.owner_key
            and events.occurred_at >= outdated_stretches.stretch_started_at
            and events.occurred_at <= outdated_stretches.stretch_ended_at
    where events.event_date not in (select due_days.event_date from due_days)
    {%- else %}
    {{ session_events() }}
    {%- endif %}
{% endmacro %}
