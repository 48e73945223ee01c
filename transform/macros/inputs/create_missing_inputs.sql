{#- Statements that create what the sources' column contracts declare and the warehouse lacks: schemas, tables, optional columns. -#}
{% macro create_missing_inputs() %}
    {%- if execute -%}
        {%- set problems = [] -%}
        {%- set schemas = [] -%}
        {%- for source_node in graph.sources.values() | sort(attribute='unique_id') -%}
            {%- set relation = api.Relation.create(
                database=source_node.database, schema=source_node.schema, identifier=source_node.identifier
            ) -%}
            {%- if source_node.schema not in schemas -%}
                {%- do schemas.append(source_node.schema) -%}
                {%- if not adapter.check_schema_exists(source_node.database, source_node.schema) %}
create schema if not exists {{ relation.without_identifier().include(database=false) }};
                {%- endif -%}
            {%- endif -%}
            {{ create_missing_input(source_node, relation, problems) }}
        {%- endfor -%}
        {%- if problems -%}
            {{ exceptions.raise_compiler_error(problems | join('\n')) }}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
