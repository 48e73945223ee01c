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

select
    platform,
    account_id,
    account_name,
    status,
    currency,
    time_zone,

    coalesce(read_at, {{ dbt.current_timestamp() }}) as observed_at
from {{ ref('dim_account') }}

{% endsnapshot %}
