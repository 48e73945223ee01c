with

customers as (

    select * from {{ source('googleads', 'customers') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,

    customer__descriptive_name as account_name,
    lower(customer__status) as status,
    customer__currency_code as currency,
    customer__time_zone as time_zone,
    customer__manager as is_manager,
    customer__test_account as is_test_account,

    read_at
from customers
where _sdc_deleted_at is null
