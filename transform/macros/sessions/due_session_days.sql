{#- The CTE `due_days`, on read_days(): days of which the model holds no stretch that still is as it was read. -#}
{% macro due_session_days() -%}
held_spans as (

    select distinct
        stretch_first_date,
        stretch_last_date
    from {{ this }}
    where not is_outdated

),

due_days as (

    select read_days.event_date
    from read_days
    left join held_spans
        on read_days.event_date between held_spans.stretch_first_date and held_spans.stretch_last_date
    where held_spans.stretch_first_date is null

)
{%- endmacro %}
