-- every event of a user that may belong to a session is in one, once; so increments of the sessions have missed nothing
with

events as (

    select * from {{ ref('fct_events') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

counts as (

    select
        user_key,
        1 as events
    from events
    where
        user_key is not null
        and event_name not in ({{ text_list(var('sessionless_events')) }})

    union all

    select
        user_key,
        -events as events
    from sessions

)

select
    user_key,
    sum(events) as events_apart
from counts
group by user_key
having sum(events) <> 0
