{#- Seconds from 1970 to an instant as numeric(38, 6), with its fraction. -#}
{% macro epoch_seconds(instant) -%}
    {{ return(adapter.dispatch('epoch_seconds')(instant)) }}
{%- endmacro %}

{% macro postgres__epoch_seconds(instant) -%}
    cast(extract(epoch from {{ instant }}) as numeric(38, 6))
{%- endmacro %}

{#- There extract() gives whole seconds only. -#}
{% macro redshift__epoch_seconds(instant) -%}
    cast(datediff(microsecond, cast('1970-01-01' as timestamp), {{ instant }} at time zone 'UTC') as numeric(19, 0))
    * cast(0.000001 as numeric(7, 6))
{%- endmacro %}
