{#-
    The slices that the model does not hold, as a select: after delete_replaced_slices() these are the ones to take.
    `slices` is a relation made with slice_reads(), `columns` list those that make a slice there and in the model; where a
    relation has slices of several tables, `condition` on `slices` says which are the model's: one for each slice.
-#}
{% macro due_slices(slices, columns, condition='true') %}
    select slices.*
    from {{ slices }} as slices
    where
        {{ condition }}
    {%- if is_incremental() %}
        and not exists (
            select 1 from {{ this }} as held
            where
                {% for column in columns -%}
                {{ 'and ' if not loop.first }}held.{{ column }} = slices.{{ column }}
                {% endfor %}
        )
    {%- endif %}
{% endmacro %}
