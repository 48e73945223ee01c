{#- The day of an instant (timestamptz) in the reporting time zone. -#}
{% macro local_date(instant) -%}
    cast({{ instant }} at time zone {{ text_literal(var('reporting_time_zone')) }} as date)
{%- endmacro %}
