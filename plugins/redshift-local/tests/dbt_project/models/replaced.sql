{{ config(materialized='incremental', incremental_strategy='delete+insert', unique_key=['id', 'name'], on_schema_change='append_new_columns') }}
select id, name, changed_at from {{ ref('people') }}
