with

custom_conversions as (

    select * from {{ source('facebook', 'customconversions') }}

),

ranked_custom_conversions as (

    select
        *,
        {{ newest_first('id') }} as recency
    from custom_conversions
    where _sdc_deleted_at is null

)

select
    id as custom_conversion_id,
    account_id,

    name as custom_conversion_name,
    custom_event_type,
    is_archived,

    cast(creation_time as timestamptz) as created_at,
    read_at
from ranked_custom_conversions
where recency = 1
