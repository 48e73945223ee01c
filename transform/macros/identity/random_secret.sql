{#- An expression for a random value that the warehouse makes. -#}
{% macro random_secret() -%}
    {{ return(adapter.dispatch('random_secret')()) }}
{%- endmacro %}

{% macro postgres__random_secret() -%}
    cast(gen_random_uuid() as text) || cast(gen_random_uuid() as text)
{%- endmacro %}

{#- Redshift has no cryptographic generator. What random() gives can be guessed: good enough for simulated people only. -#}
{% macro redshift__random_secret() -%}
    {%- if target.name != 'rehearsal' -%}
        {{ exceptions.raise_compiler_error(
            'The table secrets.user_hash_key holds no key, and Redshift cannot make one: insert your own once, as in'
            ~ " `insert into secrets.user_hash_key values ('<what openssl rand -hex 32 prints>', getdate());`."
        ) }}
    {%- endif -%}
    sha2(cast(random() as varchar(32)) || cast(random() as varchar(32)), 256)
{%- endmacro %}
