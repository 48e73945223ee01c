with

order_items as (

    select * from {{ source('shop', 'order_items') }}

)

select
    order_item_id,
    order_id,
    product_id,

    updated_at,

    quantity,
    {{ money('unit_price') }} as unit_price,
    {{ money('discount') }} as discount,
    {{ money(exact_product('unit_price', 'quantity') ~ ' - discount') }} as amount
from order_items
where _sdc_deleted_at is null
