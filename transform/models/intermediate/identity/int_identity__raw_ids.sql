with

devices as (

    select * from {{ ref('int_identity__user_xref') }}

),

profiles as (

    select * from {{ ref('stg_clevertap__profiles') }}

),

customers as (

    select * from {{ ref('stg_shop__customers') }}

),

raw_ids as (

    select object_id as raw_id from devices

    union

    select identity from devices

    {% for column in ['identity', 'email', 'full_name', 'phone'] %}
    union

    select {{ column }} from profiles
    {% endfor %}

    {% for column in ['customer_id', 'email', 'full_name', 'phone'] %}
    union

    select {{ column }} from customers
    {% endfor %}

)

select raw_id
from raw_ids
where raw_id is not null
