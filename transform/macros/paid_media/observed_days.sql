{#- A select of one platform's campaigns by day, as int_paid_media__observations compares them. -#}
{% macro observed_days(platform, relation) %}
    select
        '{{ platform }}' as platform,
        account_id,
        campaign_id,
        date_day,
        currency,
        slice_read_at,
        impressions,
        clicks,
        spend,
        conversions,
        conversion_value
    from {{ relation }}
{%- endmacro %}
