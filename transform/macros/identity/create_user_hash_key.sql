{#-
    The key of user_hash(), made once by the warehouse itself so that no file, log or compiled SQL ever holds it.
    A team's own key is inserted into the table before the first run; another key needs a full refresh.
-#}
{% macro create_user_hash_key() %}
    {%- if execute -%}
        {%- set key_table = source('secrets', 'user_hash_key').include(database=false) %}
        {%- set is_there = load_relation(source('secrets', 'user_hash_key')) is not none %}
revoke all on schema {{ key_table.without_identifier() }} from public;
revoke all on table {{ key_table }} from public;
        {%- if not is_there or not run_query('select 1 from ' ~ key_table).rows %}
insert into {{ key_table }} (hash_key, created_at)
select
    {{ random_secret() }},
    {{ now_instant() }}
where not exists (select 1 from {{ key_table }});
        {%- endif -%}
    {%- endif -%}
{% endmacro %}
