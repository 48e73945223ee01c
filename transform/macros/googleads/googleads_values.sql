{#- Google's device as the word that both platforms share. -#}
{% macro googleads_device(device) -%}
    case
        when {{ device }} in ('MOBILE', 'TABLET', 'DESKTOP', 'CONNECTED_TV') then lower({{ device }})
        else 'other'
    end
{%- endmacro %}

{#- Google's age range (AGE_RANGE_18_24) as both platforms write it: 18-24, 65+, unknown. -#}
{% macro googleads_age_range(age_range) -%}
    case
        when {{ age_range }} = 'AGE_RANGE_65_UP' then '65+'
        when {{ age_range }} in ('AGE_RANGE_UNDETERMINED', 'UNKNOWN', 'UNSPECIFIED') then 'unknown'
        else replace(replace({{ age_range }}, 'AGE_RANGE_', ''), '_', '-')
    end
{%- endmacro %}

{#- Google's gender as both platforms write it: female, male, unknown. -#}
{% macro googleads_gender(gender) -%}
    case
        when {{ gender }} in ('FEMALE', 'MALE') then lower({{ gender }})
        else 'unknown'
    end
{%- endmacro %}
