{#- On Redshift, the path to a property of a SUPER column. A key is quoted, since it may hold anything; see check_json_keys(). -#}
{% macro redshift__json_path(column, keys) -%}
    {{ column }}{% for key in keys %}."{{ key | replace('"', '""') }}"{% endfor %}
{%- endmacro %}
