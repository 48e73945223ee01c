{{ config(materialized='view') }}

with

facebook as (

    select * from {{ ref('stg_facebook__reach_daily') }}

)

select
    {{ label('facebook') }} as platform,
    account_id,
    entity_id,

    level,

    date_day,

    reach,
    frequency
from facebook
