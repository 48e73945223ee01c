{{ config(materialized='view', bind=False) }}
select id, name || '!' as name, getdate() as seen_at from {{ ref('people') }}
