{#- A property of a JSON column as text: `key` is one key or a list of keys, outermost first; null when there is none. -#}
{% macro json_string(column, key) -%}
    {{ return(adapter.dispatch('json_string')(column, [key] if key is string else key)) }}
{%- endmacro %}

{% macro postgres__json_string(column, keys) -%}
    ({{ column }}
    {%- for key in keys %} {{ '->>' if loop.last else '->' }} {{ text_literal(key) }}{% endfor -%}
    )
{%- endmacro %}

{#- Needs what check_json_keys() looks for. -#}
{% macro redshift__json_string(column, keys) -%}
    {{ redshift__json_text(redshift__json_path(column, keys)) }}
{%- endmacro %}
