{#-
    Whether a raw row is one of its slice's, by the slice's reads (see slice_reads): the latest complete read saw it or a
    newer one did, or an older run that overlapped has written it since. Without a complete read every row passes.
-#}
{% macro is_current_row(raw_row, slice) -%}
    (
        {{ slice }}.complete_read_at is null
        or {{ raw_row }}.read_at >= {{ slice }}.complete_read_at
        or (
            {{ slice }}.overwritten_at is not null
            and {{ raw_row }}._sdc_batched_at >= {{ slice }}.complete_read_at
            and {{ raw_row }}._sdc_sync_started_at <> {{ slice }}.complete_run
        )
    )
{%- endmacro %}
