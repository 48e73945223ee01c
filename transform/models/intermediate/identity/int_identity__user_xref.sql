{{ config(post_hook='{{ refresh_statistics() }}') }}

with

events as (

    select * from {{ ref('stg_clevertap__events') }}

),

profile_devices as (

    select * from {{ ref('stg_clevertap__profile_devices') }}

),

claims as (

    select
        object_id,
        "identity",
        max(read_at) as read_at
    from events
    where object_id is not null
    group by object_id, "identity"

    union all

    select
        object_id,
        "identity",
        read_at
    from profile_devices

),

-- a profile is the state when it was read, so the latest known identity is the device's
ranked_claims as (

    select
        object_id,
        "identity",
        row_number() over (
            partition by object_id
            order by case when "identity" is null then 1 else 0 end asc, read_at desc, "identity" asc
        ) as claim_rank
    from claims

),

users as (

    select
        object_id,
        "identity",
        coalesce("identity", object_id) as user_id
    from ranked_claims
    where claim_rank = 1

)

select
    object_id,
    user_id,
    "identity",
    {{ user_hash('object_id') }} as device_key,
    {{ user_hash('user_id') }} as user_key
from users
