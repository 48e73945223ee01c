with

creatives as (

    select * from {{ source('facebook', 'creatives') }}

),

ranked_creatives as (

    select
        *,
        {{ newest_first('id') }} as recency
    from creatives
    where _sdc_deleted_at is null

)

select
    id as creative_id,
    account_id,

    name as creative_name,
    title,
    body,
    status,
    object_type,
    call_to_action_type,
    link_url,
    url_tags,

    read_at
from ranked_creatives
where recency = 1
