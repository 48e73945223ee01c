with

refunds as (

    select * from {{ source('shop', 'refunds') }}

)

select
    refund_id,
    order_id,

    currency,
    reason,

    refunded_at,
    updated_at,

    {{ money('amount') }} as amount
from refunds
where _sdc_deleted_at is null
