{#- The days of accounts that the model does not hold, by the slices of one report (a table of the source googleads), as a select. -#}
{% macro googleads_due_days(report) %}
    {{- due_slices(ref('stg_googleads__slices'), ['account_id', 'date_day'], googleads_report(report)) }}
{%- endmacro %}

{#- Pre-hook: deletes the days of accounts that a report read anew. -#}
{% macro delete_replaced_googleads_days(report) %}
    {{- delete_replaced_slices(ref('stg_googleads__slices'), ['account_id', 'date_day'], googleads_report(report)) }}
{%- endmacro %}

{% macro googleads_report(report) -%}
    slices.report = {{ text_literal(report) }}
{%- endmacro %}

{#-
    The raw rows of the due days, as a select from the CTEs `raw_rows` and `due_days`: all columns, and account_id, date_day and
    slice_read_at. What the day's latest complete read no longer saw is gone.
-#}
{% macro googleads_current_rows() %}
    select
        raw_rows.*,
        due_days.account_id,
        due_days.date_day,
        due_days.settled_read_at as slice_read_at
    from raw_rows
    inner join due_days
        on
            cast(raw_rows.customer__id as varchar(65535)) = due_days.account_id
            and raw_rows.segments__date = due_days.date_day
    where
        raw_rows._sdc_deleted_at is null
        and {{ is_current_row('raw_rows', 'due_days') }}
{%- endmacro %}
