select * from {{ ref('people_table') }} where days < 0
