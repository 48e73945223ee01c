{#- One source table: the statement that creates it, empty, or adds the optional columns that it lacks. -#}
{% macro create_missing_input(source_node, relation, problems) %}
    {%- set existing = load_relation(relation) -%}
    {%- if existing is none %}
create table if not exists {{ relation }} (
        {%- for column in source_node.columns.values() %}
    {{ adapter.quote(column.name) }} {{ input_data_type(column.data_type) }}{{ ',' if not loop.last }}
        {%- endfor %}
);
    {%- else -%}
        {%- set present = adapter.get_columns_in_relation(existing) | map(attribute='name') | map('lower') | list -%}
        {%- set missing = [] -%}
        {%- for column in source_node.columns.values() if column.name not in present -%}
            {%- if column.meta.get('optional') %}
alter table {{ relation }} add column {{ adapter.quote(column.name) }} {{ input_data_type(column.data_type) }};
            {%- else -%}
                {%- do missing.append(column.name) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if missing -%}
            {%- do problems.append(
                'Source table ' ~ relation ~ ' lacks the column(s) ' ~ missing | join(', ')
                ~ ' which the models need: select them in the tap and load again with a full refresh, or provide them in a view.'
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
