{{ config(materialized='table', dist='id', sort=['born', 'id'], sort_type='compound') }}
select
    id,
    name,
    born,
    datediff(day, born, '2026-01-01'::date) as days,
    cast(id as decimal(12, 2)) / 3 as third,
    row_number() over (order by born) as place
from {{ ref('people') }} as p
qualify row_number() over (partition by id order by changed_at desc) = 1
