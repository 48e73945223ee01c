{{ config(post_hook='{{ refresh_statistics() }}') }}

{%- set reports = ['account', 'campaign', 'adset', 'default', 'age_gender', 'country', 'placement'] %}

with

raw_rows as (

    {% for report in reports -%}
        select
            '{{ report }}' as report,
            account_id,
            cast(date_start as date) as date_day,
            read_at,
            _sdc_batched_at,
            _sdc_sync_started_at,
            _sdc_deleted_at
        from {{ source('facebook', 'adsinsights_' ~ report) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

raw_reads as (

    {% for report in reports -%}
        select
            '{{ report }}' as report,
            account_id,
            date_start as date_day,
            read_at,
            rows,
            _sdc_sync_started_at,
            _sdc_deleted_at
        from {{ source('facebook', 'adsinsights_' ~ report ~ '_reads') }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

{{ slice_reads(['report', 'account_id', 'date_day']) }},

-- 2 is a report that was read to its end, 1 one that has rows of a read under way, or of a tap that tells of none
report_states as (

    select
        account_id,
        date_day,
        max(case when report = 'campaign' then case when complete_read_at is null then 1 else 2 end else 0 end) as campaign_state,
        max(case when report = 'adset' then case when complete_read_at is null then 1 else 2 end else 0 end) as ad_set_state,
        max(case when report = 'default' then case when complete_read_at is null then 1 else 2 end else 0 end) as ad_state
    from slices
    group by account_id, date_day

)

-- where ads are all that there is, or all that is whole, they are added up
select
    slices.account_id,
    slices.report,
    slices.report = case when report_states.campaign_state >= report_states.ad_state then 'campaign' else 'default' end
        as gives_campaigns,
    slices.report = case when report_states.ad_set_state >= report_states.ad_state then 'adset' else 'default' end
        as gives_ad_groups,

    slices.date_day,
    slices.newest_read_at,
    slices.complete_read_at,
    slices.settled_read_at,
    slices.overwritten_at,
    slices.complete_run,

    slices.read_rows,
    slices.held_rows
from slices
inner join report_states
    on
        slices.account_id = report_states.account_id
        and slices.date_day = report_states.date_day
