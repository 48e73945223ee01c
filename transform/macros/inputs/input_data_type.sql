{#- The engine's name for a data type that a source's contract declares. -#}
{% macro input_data_type(declared) -%}
    {{ return(adapter.dispatch('input_data_type')(declared)) }}
{%- endmacro %}

{% macro postgres__input_data_type(declared) -%}
    {{ return(declared) }}
{%- endmacro %}

{% macro redshift__input_data_type(declared) -%}
    {%- set types = {'jsonb': 'super', 'text': 'varchar(65535)', 'numeric': 'numeric(38, 9)'} -%}
    {{ return(types.get(declared, declared)) }}
{%- endmacro %}
