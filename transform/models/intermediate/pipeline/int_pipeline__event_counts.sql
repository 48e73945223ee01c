with

event_trends as (

    select * from {{ ref('stg_clevertap__event_trends') }}

),

event_slices as (

    select * from {{ ref('stg_clevertap__event_slices') }}

),

events as (

    select * from {{ ref('int_events__resolved') }}

),

held_totals as (

    select
        event_name,
        event_date,
        count(*) as held_events
    from events
    group by event_name, event_date

),

-- the newest day still runs: both sides grow while they are read
last_day as (

    select max(event_date) as event_date from event_trends

)

select
    event_trends.event_name,

    event_trends.event_date,

    event_trends.event_count as counted_events,
    coalesce(held_totals.held_events, 0) as held_events
from event_trends
cross join last_day
inner join event_slices
    on
        event_trends.event_name = event_slices.event_name
        and event_trends.event_date = event_slices.event_date
left join held_totals
    on
        event_trends.event_name = held_totals.event_name
        and event_trends.event_date = held_totals.event_date
where
    event_trends.event_date < last_day.event_date
    and event_slices.complete_read_at is not null
