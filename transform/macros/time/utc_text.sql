{#- An instant as text, to the minute, in UTC. -#}
{% macro utc_text(instant) -%}
    to_char({{ instant }} at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC'
{%- endmacro %}
