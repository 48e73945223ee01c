{#- Each version ends, after it began, when the next one of the same `columns` begins; the last one is open. -#}
{% test versions_in_order(model, columns) %}

with

versions as (

    select
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (partition by {{ columns | join(', ') }} order by valid_from) as next_valid_from
    from {{ model }}

)

select *
from versions
where
    valid_to <= valid_from
    or coalesce(valid_to <> next_valid_from, (valid_to is null) <> (next_valid_from is null))
    or is_current <> (valid_to is null)

{% endtest %}
