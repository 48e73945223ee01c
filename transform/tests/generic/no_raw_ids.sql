{#- No text column of the model holds a raw id, e-mail address, phone number or name of a person. -#}
{% test no_raw_ids(model) %}

{%- set columns = adapter.get_columns_in_relation(model) | selectattr('dtype', 'in', ['character varying', 'text']) if execute else [] %}

with

raw_ids as (

    select raw_id from {{ ref('int_identity__raw_ids') }}

),

texts as (

    {% for column in columns -%}
    select distinct
        '{{ column.name }}' as column_name,
        {{ column.quoted }} as text_value
    from {{ model }}
    {{ 'union all' if not loop.last }}
    {% else -%}
    select
        cast(null as varchar) as column_name,
        cast(null as varchar) as text_value
    {%- endfor %}

)

select distinct texts.column_name
from texts
inner join raw_ids on texts.text_value = raw_ids.raw_id

{% endtest %}
