{#-
    What the rows of an account, campaign and day come to is no more than the campaign has: it is the authority on them. `parts`
    lists columns of which each value splits the whole anew. An account's newest day may still have been growing while its
    reports were read one after the other, so it is left out. A row's spend may be rounded to hundredths (Facebook's is).
-#}
{% test within_campaigns(model, parts=[]) %}

with

campaigns as (

    select
        *,
        max(date_day) over (partition by platform, account_id) as newest_day
    from {{ ref('fct_campaign_performance_daily') }}

),

sums as (

    select
        platform,
        account_id,
        campaign_id,
        date_day,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(spend) as spend,
        count(*) as row_count
    from {{ model }}
    group by {{ (['platform', 'account_id', 'campaign_id', 'date_day'] + parts) | join(', ') }}

)

select sums.*
from sums
left join campaigns
    on
        sums.platform = campaigns.platform
        and sums.account_id = campaigns.account_id
        and sums.campaign_id = campaigns.campaign_id
        and sums.date_day = campaigns.date_day
where
    campaigns.campaign_id is null
    or (
        campaigns.date_day < campaigns.newest_day
        and (
            sums.impressions > campaigns.impressions
            or sums.clicks > campaigns.clicks
            or sums.spend > campaigns.spend + sums.row_count * 0.005
        )
    )

{% endtest %}
