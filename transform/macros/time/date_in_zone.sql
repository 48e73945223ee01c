{#- The day of an instant (timestamptz) in the time zone that a column names; null where it names none. -#}
{% macro date_in_zone(instant, time_zone) -%}
    {{ return(adapter.dispatch('date_in_zone')(instant, time_zone)) }}
{%- endmacro %}

{% macro postgres__date_in_zone(instant, time_zone) -%}
    cast({{ instant }} at time zone {{ time_zone }} as date)
{%- endmacro %}

{% macro redshift__date_in_zone(instant, time_zone) -%}
    cast(convert_timezone('UTC', {{ time_zone }}, {{ instant }} at time zone 'UTC') as date)
{%- endmacro %}
