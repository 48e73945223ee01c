{#- A text as a SQL literal. -#}
{% macro text_literal(text) -%}
    {{ return(adapter.dispatch('text_literal')(text)) }}
{%- endmacro %}

{% macro default__text_literal(text) -%}
    {{ return(dbt.string_literal(dbt.escape_single_quotes(text))) }}
{%- endmacro %}

{#- A backslash in a literal escapes what follows. -#}
{% macro redshift__text_literal(text) -%}
    {{ return(default__text_literal(text | string | replace('\\', '\\\\'))) }}
{%- endmacro %}
