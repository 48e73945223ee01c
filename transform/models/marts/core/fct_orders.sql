{{ config(sort=['order_date']) }}

with

orders as (

    select * from {{ ref('stg_shop__orders') }}

),

order_items as (

    select * from {{ ref('stg_shop__order_items') }}

),

order_coupons as (

    select * from {{ ref('stg_shop__order_coupons') }}

),

refunds as (

    select * from {{ ref('stg_shop__refunds') }}

),

exchange_rates as (

    select * from {{ ref('dim_exchange_rate') }}

),

item_totals as (

    select
        order_id,
        count(*) as item_count,
        sum(quantity) as quantity
    from order_items
    group by order_id

),

coupon_totals as (

    select
        order_id,
        count(*) as coupon_count
    from order_coupons
    group by order_id

),

refund_totals as (

    select
        order_id,
        {{ money('sum(amount)') }} as refund_amount
    from refunds
    group by order_id

),

amounts as (

    select
        orders.order_id,
        {{ user_hash('orders.customer_id') }} as user_key,
        orders.status,
        orders.currency,
        orders.utm_source,
        orders.utm_medium,
        orders.utm_campaign,
        orders.order_date,
        orders.ordered_at,
        coalesce(item_totals.item_count, 0) as item_count,
        coalesce(item_totals.quantity, 0) as quantity,
        coalesce(coupon_totals.coupon_count, 0) as coupon_count,
        orders.gross_amount,
        coalesce(refund_totals.refund_amount, {{ money(0) }}) as refund_amount
    from orders
    left join item_totals on orders.order_id = item_totals.order_id
    left join coupon_totals on orders.order_id = coupon_totals.order_id
    left join refund_totals on orders.order_id = refund_totals.order_id

)

select
    amounts.order_id,
    amounts.user_key,

    amounts.status,
    amounts.currency,
    amounts.utm_source,
    amounts.utm_medium,
    amounts.utm_campaign,

    amounts.order_date,
    amounts.ordered_at,

    amounts.item_count,
    cast(amounts.quantity as bigint) as quantity,
    amounts.coupon_count,
    amounts.gross_amount,
    amounts.refund_amount,
    {{ money('amounts.gross_amount - amounts.refund_amount') }} as net_amount,
    exchange_rates.rate as exchange_rate,
    {{ convert_amount('amounts.gross_amount', 'exchange_rates.rate') }} as gross_amount_reporting,
    {{ convert_amount('amounts.refund_amount', 'exchange_rates.rate') }} as refund_amount_reporting,
    {{ convert_amount('(amounts.gross_amount - amounts.refund_amount)', 'exchange_rates.rate') }} as net_amount_reporting
from amounts
left join exchange_rates
    on
        amounts.order_date = exchange_rates.rate_date
        and amounts.currency = exchange_rates.currency
