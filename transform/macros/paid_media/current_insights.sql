{#-
    A select of the rows of one of Facebook's insights reports that its slices still know, as the CTE `due_slices` has them:
    `report` is the CTE with the raw rows, called as the report is, `columns` the model's columns of it.
-#}
{% macro current_insights(report, columns) %}
    select
        {{ key_text(report ~ '.account_id') }} as account_id,
        {%- for column in columns %}
        {{ column }},
        {%- endfor %}
        {{ report }}.account_currency as currency,
        due_slices.report,
        due_slices.date_day,
        {{ report }}.read_at,
        due_slices.settled_read_at as slice_read_at
    from {{ report }}
    inner join due_slices
        on
            due_slices.report = {{ text_literal(report | replace('_report', '')) }}
            and {{ report }}.account_id = due_slices.account_id
            and cast({{ report }}.date_start as date) = due_slices.date_day
    where
        {{ report }}._sdc_deleted_at is null
        and {{ is_current_row(report, 'due_slices') }}
{%- endmacro %}
