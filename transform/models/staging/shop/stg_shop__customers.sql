with

customers as (

    select * from {{ source('shop', 'customers') }}

)

select
    customer_id,

    nullif(email, '') as email,
    nullif(full_name, '') as full_name,
    nullif(phone, '') as phone,
    country,

    signed_up_at,
    updated_at
from customers
where _sdc_deleted_at is null
