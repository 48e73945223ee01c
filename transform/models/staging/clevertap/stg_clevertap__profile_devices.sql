with

profiles as (

    select * from {{ ref('stg_clevertap__profiles') }}

),

raw_devices as (

    select * from {{ source('clevertap', 'profile_devices') }}

),

-- what the profile's latest read no longer listed is gone; a profile's own device may be in no list
devices as (

    select
        raw_devices.profile_key,
        nullif(raw_devices.object_id, '') as object_id,
        raw_devices.platform,
        raw_devices.os_version,
        raw_devices.app_version,
        raw_devices.make,
        raw_devices.model,
        0 as is_bare
    from raw_devices
    inner join profiles on raw_devices.profile_key = profiles.profile_key
    where
        raw_devices._sdc_deleted_at is null
        and raw_devices.read_at >= profiles.read_at

    union all

    select
        profile_key,
        object_id,
        null as platform,
        null as os_version,
        null as app_version,
        null as make,
        null as model,
        1 as is_bare
    from profiles

),

ranked_devices as (

    select
        *,
        row_number() over (partition by profile_key, object_id order by is_bare) as device_rank
    from devices
    where object_id is not null

)

select
    ranked_devices.profile_key,
    ranked_devices.object_id,
    profiles.identity,

    ranked_devices.platform,
    ranked_devices.os_version,
    ranked_devices.app_version,
    ranked_devices.make,
    ranked_devices.model,

    profiles.read_at
from ranked_devices
inner join profiles on ranked_devices.profile_key = profiles.profile_key
where ranked_devices.device_rank = 1
