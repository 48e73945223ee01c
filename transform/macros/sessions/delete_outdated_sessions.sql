{#- Post-hook of `int_sessions__built`: what was built anew takes the place of what was marked. -#}
{% macro delete_outdated_sessions() %}
    {%- if is_incremental() %}
delete from {{ this }}
where is_outdated
    {%- endif -%}
{% endmacro %}
