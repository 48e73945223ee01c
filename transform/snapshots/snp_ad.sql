{% snapshot snp_ad %}

{{
    config(
        unique_key=['platform', 'account_id', 'ad_group_id', 'ad_id'],
        check_cols=[
            'campaign_id',
            'ad_name',
            'status',
            'ad_type',
            'currency',
        ],
    )
}}

with

entities as (

    select * from {{ ref('dim_ad') }}

),

entity_reads as (

    select * from {{ ref('int_paid_media__entity_reads') }}

)

select
    entities.platform,
    entities.account_id,
    entities.ad_group_id,
    entities.ad_id,
    entities.campaign_id,
    entities.ad_name,
    entities.status,
    entities.ad_type,
    entities.currency,

    coalesce(entity_reads.read_at, {{ now_instant() }}) as observed_at
from entities
left join entity_reads
    on
        entities.platform = entity_reads.platform
        and entities.account_id = entity_reads.account_id

{% endsnapshot %}
