with

sessions as (

    select * from {{ ref('int_sessions__built') }}

),

numbered_sessions as (

    select
        user_key,
        session_key,
        row_number() over (partition by user_key order by started_at, session_key) as session_number
    from sessions

)

select
    user_key,
    session_key
from numbered_sessions
where session_number = 1
