with

products as (

    select * from {{ source('shop', 'products') }}

)

select
    product_id,

    sku,
    name as product_name,
    category,
    currency,
    is_active,

    updated_at,

    {{ money('price') }} as price
from products
where _sdc_deleted_at is null
