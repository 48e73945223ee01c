{#-
    On-run-end: who may read the marts (`DBT_MARTS_READERS`, see their `grants`) may enter their schema. A late-binding view of
    Redshift's wants its reader to enter the schemas of its tables too, which shows nothing of them.
-#}
{% macro grant_schema_usage() -%}
    {%- set schemas = ['marts'] + (['staging', 'intermediate', 'snapshots'] if target.type == 'redshift' else []) -%}
    {%- for reader in env_var('DBT_MARTS_READERS', '').split(',') if reader and execute -%}
        {%- for schema in schemas if adapter.check_schema_exists(target.database, generate_schema_name(schema, none)) %}
grant usage on schema {{ adapter.quote(generate_schema_name(schema, none)) }} to {{ grantee(reader) }};
        {%- endfor -%}
    {%- endfor -%}
{%- endmacro %}

{#- A reader as SQL names it: on Redshift `role:name` and `group:name` are a role and a group, any other a user. -#}
{% macro grantee(reader) -%}
    {%- set kind, separator, name = reader.partition(':') -%}
    {%- if separator -%}
        {{ kind if kind in ('role', 'group') }} {{ adapter.quote(name) }}
    {%- else -%}
        {{ adapter.quote(reader) }}
    {%- endif -%}
{%- endmacro %}
