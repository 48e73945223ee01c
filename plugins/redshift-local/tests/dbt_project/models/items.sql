{{ config(materialized='table') }}
select
    n.id,
    position,
    item.name::varchar(32) as name,
    item.price::decimal(12, 2) as price,
    n.body.city::varchar(32) as city
from {{ ref('nested') }} as n, n.body.Items as item at position
