{#-
    The staged events, of the CTE `events`, that an incremental model by slices takes: those of the CTE due_slices,
    and all of slices that were never read completely.
-#}
{% macro due_events(events) %}
    select {{ events }}.*
    from {{ events }}
    inner join due_slices
        on
            {{ events }}.event_name = due_slices.event_name
            and {{ events }}.event_date = due_slices.event_date
    where {{ events }}.slice_read_at is not null

    union all

    select {{ events }}.*
    from {{ events }}
    where {{ events }}.slice_read_at is null
{% endmacro %}
