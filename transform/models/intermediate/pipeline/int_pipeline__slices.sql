with

event_slices as (

    select * from {{ ref('stg_clevertap__event_slices') }}

),

message_report_slices as (

    select * from {{ ref('stg_clevertap__message_report_slices') }}

),

facebook_slices as (

    select * from {{ ref('stg_facebook__insight_slices') }}

),

googleads_slices as (

    select * from {{ ref('stg_googleads__slices') }}

),

slices as (

    select
        'clevertap' as source_name,
        'events' as table_name,
        event_date as slice_date,
        complete_read_at,
        settled_read_at,
        read_rows,
        held_rows
    from event_slices

    union all

    select
        'clevertap' as source_name,
        'message_reports' as table_name,
        report_date as slice_date,
        complete_read_at,
        settled_read_at,
        read_rows,
        held_rows
    from message_report_slices

    union all

    select
        'facebook' as source_name,
        'adsinsights_' || report as table_name,
        date_day as slice_date,
        complete_read_at,
        settled_read_at,
        read_rows,
        held_rows
    from facebook_slices

    union all

    select
        'googleads' as source_name,
        report as table_name,
        date_day as slice_date,
        complete_read_at,
        settled_read_at,
        read_rows,
        held_rows
    from googleads_slices

)

select
    source_name,
    table_name,

    max(case when settled_read_at is null then slice_date end) as last_unfinished_date,
    max(case when settled_read_at is not null and held_rows <> read_rows then slice_date end) as last_differing_date,

    count(complete_read_at) as complete_slices,
    count(case when settled_read_at is null then 1 end) as unfinished_slices,
    count(case when settled_read_at is not null and held_rows <> read_rows then 1 end) as differing_slices
from slices
group by source_name, table_name
