{#- The keyed hash under which a user appears in marts: sha256(key || sha256(key || value)), in hex; null stays null. -#}
{% macro user_hash(value) -%}
    {%- set key = '(select hash_key from ' ~ source('secrets', 'user_hash_key') ~ ')' -%}
    {{ sha256_hex(key ~ ' || ' ~ sha256_hex(key ~ ' || ' ~ value)) }}
{%- endmacro %}
