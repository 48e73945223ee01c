{#- An expression for a random value that the warehouse makes. -#}
{% macro random_secret() -%}
    {{ return(adapter.dispatch('random_secret')()) }}
{%- endmacro %}

{% macro postgres__random_secret() -%}
    cast(gen_random_uuid() as text) || cast(gen_random_uuid() as text)
{%- endmacro %}

{#- Redshift has no cryptographic generator: insert a key of your own before the first run. Not run against Redshift yet. -#}
{% macro redshift__random_secret() -%}
    sha2(cast(random() as varchar) || cast(random() as varchar) || cast(getdate() as varchar), 256)
{%- endmacro %}
