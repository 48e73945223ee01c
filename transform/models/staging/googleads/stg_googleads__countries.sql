with

geo_target_constants as (

    select * from {{ source('googleads', 'geo_target_constants') }}

)

select
    cast(geo_target_constant__id as varchar(65535)) as country_criterion_id,

    geo_target_constant__name as country_name,
    geo_target_constant__country_code as country_code,

    read_at
from geo_target_constants
where _sdc_deleted_at is null
