{% snapshot snp_campaign %}

{{
    config(
        unique_key=['platform', 'account_id', 'campaign_id'],
        check_cols=[
            'campaign_name',
            'status',
            'campaign_type',
            'currency',
            'time_zone',
            'is_budget_shared',
            'start_date',
            'end_date',
            'daily_budget',
            'lifetime_budget',
        ],
    )
}}

with

entities as (

    select * from {{ ref('dim_campaign') }}

),

entity_reads as (

    select * from {{ ref('int_paid_media__entity_reads') }}

)

select
    entities.platform,
    entities.account_id,
    entities.campaign_id,
    entities.campaign_name,
    entities.status,
    entities.campaign_type,
    entities.currency,
    entities.time_zone,
    entities.is_budget_shared,
    entities.start_date,
    entities.end_date,
    entities.daily_budget,
    entities.lifetime_budget,

    coalesce(entity_reads.read_at, {{ now_instant() }}) as observed_at
from entities
left join entity_reads
    on
        entities.platform = entity_reads.platform
        and entities.account_id = entity_reads.account_id

{% endsnapshot %}
