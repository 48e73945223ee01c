{%- set entities = [
    ('facebook', 'stg_facebook__accounts'),
    ('facebook', 'stg_facebook__campaigns'),
    ('facebook', 'stg_facebook__ad_sets'),
    ('facebook', 'stg_facebook__ads'),
    ('google', 'stg_googleads__accounts'),
    ('google', 'stg_googleads__campaigns'),
    ('google', 'stg_googleads__campaign_budgets'),
    ('google', 'stg_googleads__ad_groups'),
    ('google', 'stg_googleads__ads'),
] %}

with

reads as (

    {% for platform, relation in entities -%}
        select
            '{{ platform }}' as platform,
            account_id,
            read_at
        from {{ ref(relation) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    platform,
    account_id,

    max(read_at) as read_at
from reads
group by platform, account_id
