{#- Post-hook of `int_sessions__built`: each user's earliest session is marked, and no other. -#}
{% macro mark_first_sessions() %}
update {{ this }}
set is_first_session = not is_first_session
where session_key in (
    select session_key
    from (
        select
            session_key,
            is_first_session,
            row_number() over (partition by user_key order by started_at, session_key) as session_number
        from {{ this }}
    ) as numbered
    where is_first_session <> (session_number = 1)
)
{% endmacro %}
