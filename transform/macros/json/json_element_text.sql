{#- A JSON text itself (an element of an array of texts) as text. -#}
{% macro json_element_text(element) -%}
    {{ return(adapter.dispatch('json_element_text')(element)) }}
{%- endmacro %}

{% macro postgres__json_element_text(element) -%}
    ({{ element }} #>> '{}')
{%- endmacro %}

{#- Not run against Redshift yet. -#}
{% macro redshift__json_element_text(element) -%}
    case when is_varchar({{ element }}) then cast({{ element }} as varchar(65535)) else json_serialize({{ element }}) end
{%- endmacro %}
