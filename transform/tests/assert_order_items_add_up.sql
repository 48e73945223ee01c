-- an order's gross amount is the sum of its items
with

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

order_items as (

    select * from {{ ref('stg_shop__order_items') }}

),

item_totals as (

    select
        order_id,
        sum(amount) as amount
    from order_items
    group by order_id

)

select
    orders.order_id,
    orders.gross_amount,
    item_totals.amount
from orders
left join item_totals on orders.order_id = item_totals.order_id
where orders.gross_amount <> coalesce(item_totals.amount, 0)
