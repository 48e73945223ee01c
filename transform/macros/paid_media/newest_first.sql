{#-
    Numbers the rows that speak of one entity, the newest first: a tap may key an entity by id and change, or not at all (the
    hub's do).
-#}
{% macro newest_first(key, changed_at=none) -%}
    row_number() over (
        partition by {{ key }}
        order by
            {% if changed_at -%}
            coalesce(cast({{ changed_at }} as timestamptz), cast('1970-01-01' as timestamptz)) desc,
            {% endif -%}
            coalesce(read_at, _sdc_batched_at) desc,
            _sdc_sequence desc
    )
{%- endmacro %}
