{#- How dbt types a value of a unit test: JSON is given as text, and a cast of a text to SUPER is a JSON text. -#}
{% macro redshift__safe_cast(field, type) -%}
    {%- if type | lower == 'super' and field != 'null' -%}
        json_parse({{ field }})
    {%- else -%}
        {{ default__safe_cast(field, type) }}
    {%- endif -%}
{%- endmacro %}
