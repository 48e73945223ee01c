{#- The marketing channel that UTM tags speak of; direct when there are none. -#}
{% macro channel(utm_source, utm_medium) -%}
    {%- set social = "('facebook', 'fb', 'instagram', 'ig', 'meta')" -%}
    cast(case
        when {{ utm_source }} is null and {{ utm_medium }} is null then 'direct'
        when lower({{ utm_medium }}) in ('paid_social', 'paidsocial', 'paid-social') then 'paid_social'
        when lower({{ utm_medium }}) in ('cpc', 'ppc', 'cpm', 'paid') and lower({{ utm_source }}) in {{ social }} then 'paid_social'
        when lower({{ utm_medium }}) in ('cpc', 'ppc', 'paid_search', 'paidsearch', 'paid-search') then 'paid_search'
        when lower({{ utm_medium }}) in ('email', 'referral', 'organic') then lower({{ utm_medium }})
        else 'other'
    end as varchar(65535))
{%- endmacro %}
