{% macro generate_schema_name(custom_schema_name, node) -%}
    {%- set schema_name = custom_schema_name or target.schema -%}
    {%- if target.name == 'dev' -%}
        {{ target.schema }}_{{ schema_name | trim }}
    {%- else -%}
        {{ schema_name | trim }}
    {%- endif -%}
{%- endmacro %}
