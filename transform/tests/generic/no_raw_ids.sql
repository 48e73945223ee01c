{#- No text column of the model holds a raw id, e-mail address, phone number or name of a person. -#}
{% test no_raw_ids(model) %}

    {%- set columns = adapter.get_columns_in_relation(model) if execute else [] %}

with

raw_ids as (

    select raw_id from {{ ref('int_identity__raw_ids') }}

)

{% for column in columns if column.is_string() -%}
select '{{ column.name }}' as column_name
from {{ model }}
where {{ column.quoted }} in (select raw_id from raw_ids)
{{ 'union all' if not loop.last }}
{% else -%}
select raw_id as column_name
from raw_ids
where 1 = 0
{%- endfor %}

{% endtest %}
