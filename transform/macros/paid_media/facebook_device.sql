{#- The kind of device that Facebook's `impression_device` speaks of: mobile, tablet, desktop, connected_tv or other. -#}
{% macro facebook_device(impression_device) -%}
    case
        when {{ impression_device }} in ('iphone', 'ipod') or {{ impression_device }} like '%phone' then 'mobile'
        when {{ impression_device }} = 'ipad' or {{ impression_device }} like '%tablet' then 'tablet'
        when {{ impression_device }} = 'desktop' then 'desktop'
        when {{ impression_device }} like '%tv' then 'connected_tv'
        else 'other'
    end
{%- endmacro %}
