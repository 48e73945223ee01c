{#- A select of the events that may belong to a session, each with its owner, the device or else the user. -#}
{% macro session_events() %}
    select
        event_key,
        coalesce(device_key, user_key) as owner_key,
        user_key,
        nullif(session_id, 0) as session_id,
        event_name,
        platform,
        app_version,
        utm_source,
        utm_medium,
        utm_campaign,
        device_key is not null as has_device,
        event_date,
        occurred_at
    from {{ ref('int_events__resolved') }}
    where
        coalesce(device_key, user_key) is not null
        and event_name not in ({{ text_list(var('sessionless_events')) }})
{% endmacro %}
