-- refunds are subtracted from the order's amount, so they must be in its currency
with

refunds as (

    select * from {{ ref('stg_shop__refunds') }}

),

orders as (

    select * from {{ ref('stg_shop__orders') }}

)

select
    refunds.refund_id,
    refunds.currency,
    orders.currency as order_currency
from refunds
inner join orders on refunds.order_id = orders.order_id
where refunds.currency <> orders.currency
