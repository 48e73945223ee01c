{#-
    Pre-hook of a model that is held by slices (event_name, event_date): deletes the slices that were read anew since
    the model took them, and those it took while a read was under way, which are always taken afresh.
-#}
{% macro delete_replaced_slices() %}
    {%- if is_incremental() %}
delete from {{ this }}
where slice_read_at is null;
delete from {{ this }}
using {{ ref('stg_clevertap__event_slices') }} as slices
where
    slices.event_name = {{ this }}.event_name
    and slices.event_date = {{ this }}.event_date
    and (slices.settled_read_at is null or slices.settled_read_at <> {{ this }}.slice_read_at);
    {%- endif -%}
{% endmacro %}
