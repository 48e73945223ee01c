{#-
    A select with one row per element of a JSON array: the columns `keep`, `element` (JSON) and `position` (from 1).
    A row whose `column` is no array, or an empty one, gives none. `relation` is a relation or the name of a CTE.
-#}
{% macro json_elements(relation, column, keep) -%}
    {{ return(adapter.dispatch('json_elements')(relation, column, keep)) }}
{%- endmacro %}

{% macro postgres__json_elements(relation, column, keep) %}
    select
        {% for name in keep -%}
        arrays.{{ name }},
        {% endfor -%}
        elements.element,
        elements.position
    from {{ relation }} as arrays
    cross join lateral jsonb_array_elements(
        case when jsonb_typeof(arrays.{{ column }}) = 'array' then arrays.{{ column }} end
    ) with ordinality as elements (element, position)
{% endmacro %}

{#- Redshift takes a scalar for an array of one, so what is no array is null before. -#}
{% macro redshift__json_elements(relation, column, keep) %}
    select
        {% for name in keep -%}
        arrays.{{ name }},
        {% endfor -%}
        element,
        element_index + 1 as position
    from (
        select
            {% for name in keep -%}
            {{ name }},
            {% endfor -%}
            case when is_array({{ column }}) then {{ column }} end as json_array
        from {{ relation }}
    ) as arrays, arrays.json_array as element at element_index
{% endmacro %}
