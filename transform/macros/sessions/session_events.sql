{#- The CTE `session_events`: events that may belong to a session, each with its owner, the device or else the user. -#}
{% macro session_events() -%}
session_events as (

    select
        event_key,
        coalesce(device_key, user_key) as owner_key,
        user_key,
        device_key,
        nullif(session_id, 0) as session_id,
        event_name,
        platform,
        app_version,
        utm_source,
        utm_medium,
        utm_campaign,
        event_date,
        occurred_at,
        slice_read_at
    from {{ ref('int_events__resolved') }}
    where
        coalesce(device_key, user_key) is not null
        and event_name not in ({{ text_list(var('sessionless_events')) }})

)
{%- endmacro %}
