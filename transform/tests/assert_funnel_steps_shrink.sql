-- no step of the funnel has more users than the step before it
select
    date_day,
    channel
from {{ ref('rpt_funnel_daily') }}
where
    viewed_users > launched_users
    or added_users > viewed_users
    or charged_users > added_users
