{{ config(materialized='table') }}
select id, name, cast(id * 1.5 as decimal(12, 3)) as amount, changed_at from {{ ref('people') }}
