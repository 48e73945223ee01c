with

conversion_actions as (

    select * from {{ source('googleads', 'conversion_actions') }}

)

select
    cast(customer__id as varchar(65535)) as account_id,
    cast(conversion_action__id as varchar(65535)) as conversion_action_id,

    conversion_action__name as action_type,
    lower(conversion_action__status) as status,
    lower(conversion_action__category) as action_category,
    conversion_action__include_in_conversions_metric as counts_as_conversion,

    read_at
from conversion_actions
where _sdc_deleted_at is null
