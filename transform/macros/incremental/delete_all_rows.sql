{#-
    Pre-hook of a small incremental model that is made anew as a whole by each run: the same table keeps its rows' place, in one
    transaction, so that the views which stand on it are never taken away.
-#}
{% macro delete_all_rows() %}
    {%- if is_incremental() %}
delete from {{ this }}
    {%- endif -%}
{% endmacro %}
