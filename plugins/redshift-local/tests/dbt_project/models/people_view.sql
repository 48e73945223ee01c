select id, name, upper(name) as loud, date_part(year, born) as year, changed_at
from {{ ref('people') }}
