with

message_reports as (

    select * from {{ ref('stg_clevertap__message_reports') }}

),

campaigns as (

    select * from {{ ref('stg_clevertap__campaigns') }}

),

message_totals as (

    select
        report_date,
        message_id,
        channel,
        delivery,
        device,
        max(message_name) as message_name,
        cast(sum(sent) as bigint) as sent,
        cast(sum(viewed) as bigint) as viewed,
        cast(sum(clicked) as bigint) as clicked
    from message_reports
    group by report_date, message_id, channel, delivery, device

)

select
    md5(
        cast(message_totals.report_date as varchar(10)) || '|' || message_totals.message_id
        || '|' || coalesce(message_totals.channel, '') || '|' || coalesce(message_totals.delivery, '')
        || '|' || coalesce(message_totals.device, '')
    ) as message_performance_key,
    message_totals.message_id,

    message_totals.report_date,
    message_totals.channel,
    message_totals.delivery,
    message_totals.device,
    message_totals.message_name,
    campaigns.campaign_name,
    campaigns.status as campaign_status,

    message_totals.sent,
    message_totals.viewed,
    message_totals.clicked,
    {{ safe_ratio('message_totals.viewed', 'message_totals.sent') }} as view_rate,
    {{ safe_ratio('message_totals.clicked', 'message_totals.sent') }} as click_rate,
    {{ safe_ratio('message_totals.clicked', 'message_totals.viewed') }} as click_to_view_rate
from message_totals
left join campaigns on message_totals.message_id = campaigns.campaign_id
