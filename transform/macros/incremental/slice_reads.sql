{#-
    CTEs that end in `slices`, one row per slice: its reads, complete or not. They stand on the CTEs `raw_rows` and
    `raw_reads` of the model; `slice` lists the columns that make a slice.

    `overwritten_at` tells of two runs that overlapped: rows of the latest complete read are missing, and a run that read
    the slice earlier has written rows of it since that read began, the last ones then. Those rows took the place of the
    missing ones. Rows that a broken-off read of the same run left behind are none of them.

    Rows of a tap that tells of no reads (`read_at` is null) are in the state of when one of them was last written.
-#}
{% macro slice_reads(slice) -%}
    {%- set columns = slice | join(', ') %}
row_groups as (

    select
        {{ columns }},
        read_at,
        _sdc_sync_started_at as run,
        max(_sdc_batched_at) as written_at,
        count(*) as row_count
    from raw_rows
    where _sdc_deleted_at is null
    group by {{ columns }}, read_at, _sdc_sync_started_at

),

ranked_reads as (

    select
        {{ columns }},
        read_at,
        _sdc_sync_started_at as run,
        rows as read_rows,
        row_number() over (partition by {{ columns }} order by read_at desc) as recency
    from raw_reads
    where _sdc_deleted_at is null

),

-- the latest complete read first, so that a slice of which it left no row is one too
all_reads as (

    select
        {{ columns }},
        read_at,
        run,
        cast(null as timestamptz) as written_at,
        0 as row_count
    from ranked_reads
    where recency = 1

    union all

    select * from row_groups

),

slice_totals as (

    select
        {% for column in slice -%}
        all_reads.{{ column }},
        {% endfor -%}
        max(all_reads.read_at) as newest_read_at,
        max(ranked_reads.read_at) as complete_read_at,
        max(ranked_reads.run) as complete_run,
        max(ranked_reads.read_rows) as read_rows,
        sum(case when all_reads.read_at = ranked_reads.read_at then all_reads.row_count else 0 end) as held_rows,
        max(all_reads.written_at) as last_written_at,
        max(
            case
                when
                    all_reads.read_at < ranked_reads.read_at
                    and all_reads.run <> ranked_reads.run
                    and all_reads.written_at >= ranked_reads.read_at
                    then all_reads.written_at
            end
        ) as older_run_wrote_at
    from all_reads
    left join ranked_reads
        on
            ranked_reads.recency = 1
            {%- for column in slice %}
            and all_reads.{{ column }} = ranked_reads.{{ column }}
            {%- endfor %}
    group by {% for column in slice %}all_reads.{{ column }}{{ ', ' if not loop.last }}{% endfor %}

),

overwrites as (

    select
        *,
        case when held_rows < read_rows then older_run_wrote_at end as overwritten_at
    from slice_totals

),

slices as (

    select
        *,
        case
            when newest_read_at = complete_read_at then coalesce(overwritten_at, complete_read_at)
            when newest_read_at is null then last_written_at
        end as settled_read_at
    from overwrites

)
{%- endmacro %}
