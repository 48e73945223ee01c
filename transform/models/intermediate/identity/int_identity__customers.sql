with

customers as (

    select * from {{ ref('stg_shop__customers') }}

)

select
    customer_id,
    {{ user_hash('customer_id') }} as user_key,

    country,

    signed_up_at
from customers
