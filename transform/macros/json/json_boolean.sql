{#- A property of a JSON column as boolean: true, false, 1 or 0, as such or as text; anything else is null, never an error. -#}
{% macro json_boolean(column, key) -%}
    case lower({{ json_string(column, key) }})
        when 'true' then true
        when '1' then true
        when 'false' then false
        when '0' then false
    end
{%- endmacro %}
