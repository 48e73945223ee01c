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

-- where a finer report is all that there is, it is added up
read_reports as (

    select
        account_id,
        date_day,
        max(case when report = 'campaign' then 1 else 0 end) = 1 as has_campaign_report,
        max(case when report = 'adset' then 1 else 0 end) = 1 as has_adset_report
    from slices
    group by account_id, date_day

)

select
    slices.account_id,
    slices.report,
    slices.report = 'campaign' or (slices.report = 'default' and not read_reports.has_campaign_report) as gives_campaigns,
    slices.report = 'adset' or (slices.report = 'default' and not read_reports.has_adset_report) as gives_ad_groups,

    slices.date_day,
    slices.newest_read_at,
    slices.complete_read_at,
    slices.settled_read_at,
    slices.overwritten_at,
    slices.complete_run,

    slices.read_rows,
    slices.held_rows
from slices
inner join read_reports
    on
        slices.account_id = read_reports.account_id
        and slices.date_day = read_reports.date_day
