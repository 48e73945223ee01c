{{ config(materialized='table') }}
select id, json_parse(body) as body from {{ ref('payloads') }}
