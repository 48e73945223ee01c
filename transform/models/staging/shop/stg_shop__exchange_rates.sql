with

exchange_rates as (

    select * from {{ source('shop', 'exchange_rates') }}

)

select
    cast(rate_date as date) as rate_date,
    currency,
    reporting_currency,

    updated_at,

    {{ money('rate') }} as rate
from exchange_rates
where _sdc_deleted_at is null
