with

orders as (

    select * from {{ source('shop', 'orders') }}

)

select
    order_id,
    customer_id,

    status,
    currency,
    {{ json_string('utm', 'utm_source') }} as utm_source,
    {{ json_string('utm', 'utm_medium') }} as utm_medium,
    {{ json_string('utm', 'utm_campaign') }} as utm_campaign,
    coupon_codes,

    {{ local_date('ordered_at') }} as order_date,
    ordered_at,
    updated_at,

    {{ money('gross_amount') }} as gross_amount
from orders
where _sdc_deleted_at is null
