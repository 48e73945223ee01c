{#- The slices that the model does not hold, as a select: after delete_replaced_slices() these are the ones to take. -#}
{% macro due_slices() %}
    select
        slices.event_name,
        slices.event_date,
        slices.complete_read_at,
        slices.settled_read_at,
        slices.overwritten_at,
        slices.complete_run
    from {{ ref('stg_clevertap__event_slices') }} as slices
    {%- if is_incremental() %}
    where not exists (
        select 1 from {{ this }} as held
        where
            held.event_name = slices.event_name
            and held.event_date = slices.event_date
    )
    {%- endif %}
{% endmacro %}
