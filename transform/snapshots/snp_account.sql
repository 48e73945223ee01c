{% snapshot snp_account %}

{{
    config(
        unique_key=['platform', 'account_id'],
        check_cols=[
            'account_name',
            'status',
            'currency',
            'time_zone',
        ],
    )
}}

with

entities as (

    select * from {{ ref('dim_account') }}

),

entity_reads as (

    select * from {{ ref('int_paid_media__entity_reads') }}

)

select
    entities.platform,
    entities.account_id,
    entities.account_name,
    entities.status,
    entities.currency,
    entities.time_zone,

    coalesce(entity_reads.read_at, {{ now_instant() }}) as observed_at
from entities
left join entity_reads
    on
        entities.platform = entity_reads.platform
        and entities.account_id = entity_reads.account_id

{% endsnapshot %}
