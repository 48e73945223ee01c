{#-
    The last select of a mart of daily performance, on the CTEs `performance` (platform_rows() of all platforms) and
    `exchange_rates`: amounts in both currencies, and each ratio made anew from the row's sums.
-#}
{% macro reported_performance(ids) -%}
select
    performance.platform,
    performance.account_id,
    {%- for id in ids %}
    performance.{{ id }},
    {%- endfor %}
    performance.date_day,
    performance.currency,
    {{ label(var('reporting_currency')) }} as reporting_currency,

    performance.impressions,
    performance.clicks,
    performance.spend,
    performance.conversions,
    performance.conversion_value,
    exchange_rates.rate as exchange_rate,
    {{ convert_amount('performance.spend', 'exchange_rates.rate') }} as spend_reporting,
    {{ convert_amount('performance.conversion_value', 'exchange_rates.rate') }} as conversion_value_reporting,
    {{ safe_ratio('performance.clicks', 'performance.impressions') }} as ctr,
    {{ safe_ratio('performance.spend', 'performance.clicks') }} as cpc,
    {{ safe_ratio(exact_product('performance.spend', 1000), 'performance.impressions') }} as cpm,
    {{ safe_ratio('performance.spend', 'performance.conversions') }} as cost_per_conversion,
    {{ safe_ratio('performance.conversions', 'performance.clicks') }} as conversion_rate,
    {{ safe_ratio('performance.conversion_value', 'performance.spend') }} as roas
from performance
left join exchange_rates
    on
        performance.date_day = exchange_rates.rate_date
        and performance.currency = exchange_rates.currency
{%- endmacro %}
