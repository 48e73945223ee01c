{{ config(materialized='incremental', incremental_strategy='merge', unique_key='id') }}
select id, name, changed_at from {{ ref('people') }}
{% if is_incremental() %} where changed_at > (select max(changed_at) from {{ this }}) or id = 1 {% endif %}
