-- no week has more active users than the cohort has users
select
    cohort_week,
    week_number
from {{ ref('rpt_cohort_retention') }}
where users > cohort_size
