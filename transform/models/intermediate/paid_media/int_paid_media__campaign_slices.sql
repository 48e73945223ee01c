with

facebook_slices as (

    select * from {{ ref('stg_facebook__insight_slices') }}

),

googleads_slices as (

    select * from {{ ref('stg_googleads__slices') }}

)

select
    'facebook' as platform,
    account_id,

    date_day,
    settled_read_at
from facebook_slices
where gives_campaigns

union all

select
    'google' as platform,
    account_id,

    date_day,
    settled_read_at
from googleads_slices
where report = 'campaign_performance'
