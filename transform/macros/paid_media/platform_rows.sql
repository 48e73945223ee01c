{#- A select of one platform's daily performance, `relation`, with the columns `ids` beside the account, as the marts stack them. -#}
{% macro platform_rows(platform, relation, ids) %}
    select
        {{ label(platform) }} as platform,
        account_id,
        {%- for id in ids %}
        {{ id }},
        {%- endfor %}
        date_day,
        currency,
        impressions,
        clicks,
        spend,
        conversions,
        conversion_value
    from {{ relation }}
{%- endmacro %}
