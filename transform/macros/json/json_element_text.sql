{#- A JSON text itself (an element of an array of texts) as text. -#}
{% macro json_element_text(element) -%}
    {{ return(adapter.dispatch('json_element_text')(element)) }}
{%- endmacro %}

{% macro postgres__json_element_text(element) -%}
    ({{ element }} #>> '{}')
{%- endmacro %}

{% macro redshift__json_element_text(element) -%}
    {{ redshift__json_text(element) }}
{%- endmacro %}
