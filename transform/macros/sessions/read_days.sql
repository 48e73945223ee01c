{#-
    The CTE `read_days`: per day with events a sum over its slices of the time at which each was read. Another sum means that a
    slice was read anew, came or went; null that one is under way, so that nothing equals it.
-#}
{% macro read_days() -%}
read_slices as (

    select distinct
        event_name,
        event_date,
        slice_read_at
    from {{ ref('int_events__resolved') }}
    where event_name not in ({{ text_list(var('sessionless_events')) }})

),

read_days as (

    select
        event_date,
        case when count(*) = count(slice_read_at) then sum({{ epoch_seconds('slice_read_at') }}) end
            as reads_checksum
    from read_slices
    group by event_date

)
{%- endmacro %}

{#- A select of spans of days with the sum of `read_days` over each. -#}
{% macro read_spans(spans) -%}
    select
        {{ spans }}.stretch_first_date,
        {{ spans }}.stretch_last_date,
        case
            when count(*) = count(read_days.reads_checksum) then cast(sum(read_days.reads_checksum) as numeric(38, 6))
        end as reads_checksum
    from {{ spans }}
    left join read_days on read_days.event_date between {{ spans }}.stretch_first_date and {{ spans }}.stretch_last_date
    group by {{ spans }}.stretch_first_date, {{ spans }}.stretch_last_date
{%- endmacro %}
