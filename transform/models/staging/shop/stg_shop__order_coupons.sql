with

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

coupons as (

    {{ json_elements('orders', 'coupon_codes', keep=['order_id']) }}

)

select
    order_id,
    position as coupon_number,

    {{ json_element_text('element') }} as coupon_code
from coupons
