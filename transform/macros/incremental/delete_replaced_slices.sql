{#-
    Pre-hook of a model that is held by slices: deletes the slices that were read anew since the model took them, and those
    it took while a read was under way, which are always taken afresh. The arguments are those of due_slices().
-#}
{% macro delete_replaced_slices(slices, columns, condition='true') %}
    {%- if is_incremental() %}
delete from {{ this }}
where slice_read_at is null;
delete from {{ this }}
using {{ slices }} as slices
where
    {{ condition }}
    {%- for column in columns %}
    and slices.{{ column }} = {{ this }}.{{ column }}
    {%- endfor %}
    and (slices.settled_read_at is null or slices.settled_read_at <> {{ this }}.slice_read_at);
    {%- endif -%}
{% endmacro %}
