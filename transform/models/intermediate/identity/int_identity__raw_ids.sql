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

    select "identity" from devices

    union

    select "identity" from profiles

    union

    select email from profiles

    union

    select full_name from profiles

    union

    select phone from profiles

    union

    select customer_id from customers

    union

    select email from customers

    union

    select full_name from customers

    union

    select phone from customers

)

select raw_id
from raw_ids
where raw_id is not null
