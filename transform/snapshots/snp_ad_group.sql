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

select
    platform,
    account_id,
    ad_group_id,
    campaign_id,
    ad_group_name,
    status,
    currency,
    daily_budget,
    lifetime_budget,

    coalesce(read_at, {{ dbt.current_timestamp() }}) as observed_at
from {{ ref('dim_ad_group') }}

{% endsnapshot %}
