{% snapshot snp_ad_group %}

{{
    config(
        unique_key=['platform', 'account_id', 'ad_group_id'],
        check_cols=[
            'campaign_id',
            'ad_group_name',
            'status',
            'currency',
            'daily_budget',
            'lifetime_budget',
        ],
    )
}}

with

entities as (

    select * from {{ ref('dim_ad_group') }}

),

entity_reads as (

    select * from {{ ref('int_paid_media__entity_reads') }}

)

select
    entities.platform,
    entities.account_id,
    entities.ad_group_id,
    entities.campaign_id,
    entities.ad_group_name,
    entities.status,
    entities.currency,
    entities.daily_budget,
    entities.lifetime_budget,

    coalesce(entity_reads.read_at, {{ now_instant() }}) as observed_at
from entities
left join entity_reads
    on
        entities.platform = entity_reads.platform
        and entities.account_id = entity_reads.account_id

{% endsnapshot %}
