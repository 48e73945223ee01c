with

profiles as (

    select * from {{ ref('stg_clevertap__profiles') }}

),

listed as (

    {{ json_elements('profiles', 'devices', keep=['profile_key', 'identity', 'read_at']) }}

),

devices as (

    select
        profile_key,
        identity,
        nullif({{ json_string('element', 'objectId') }}, '') as object_id,
        read_at
    from listed

    union

    select
        profile_key,
        identity,
        object_id,
        read_at
    from profiles

)

select
    profile_key,
    object_id,
    identity,

    read_at
from devices
where object_id is not null
