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

select
    platform,
    account_id,
    ad_group_id,
    ad_id,
    campaign_id,
    ad_name,
    status,
    ad_type,
    currency,

    coalesce(read_at, {{ dbt.current_timestamp() }}) as observed_at
from {{ ref('dim_ad') }}

{% endsnapshot %}
