{#- Redshift has no indexes: what models name as such is Postgres'. dbt would take the macro of dbt-postgres. -#}
{% macro redshift__create_indexes(relation) -%}
{%- endmacro %}
