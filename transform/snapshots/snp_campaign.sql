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

select
    platform,
    account_id,
    campaign_id,
    campaign_name,
    status,
    campaign_type,
    currency,
    time_zone,
    is_budget_shared,
    start_date,
    end_date,
    daily_budget,
    lifetime_budget,

    coalesce(read_at, {{ dbt.current_timestamp() }}) as observed_at
from {{ ref('dim_campaign') }}

{% endsnapshot %}
