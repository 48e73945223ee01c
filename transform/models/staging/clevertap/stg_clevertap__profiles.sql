with

profiles as (

    select * from {{ source('clevertap', 'profiles') }}

)

select
    profile_key,
    nullif(object_id, '') as object_id,
    nullif("identity", '') as "identity",

    nullif(email, '') as email,
    nullif(name, '') as full_name,
    nullif(phone, '') as phone,

    read_at
from profiles
where _sdc_deleted_at is null
