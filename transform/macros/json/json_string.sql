{#- A property of a JSON column as text: `key` is one key or a list of keys, outermost first; null when there is none. -#}
{% macro json_string(column, key) -%}
    {{ return(adapter.dispatch('json_string')(column, [key] if key is string else key)) }}
{%- endmacro %}

{% macro postgres__json_string(column, keys) -%}
    ({{ column }}
    {%- for key in keys %} {{ '->>' if loop.last else '->' }} {{ text_literal(key) }}{% endfor -%}
    )
{%- endmacro %}

{#- Needs enable_case_sensitive_super_attribute. Not run against Redshift yet. -#}
{% macro redshift__json_string(column, keys) -%}
    {%- set path = column ~ '."' ~ keys | join('"."') ~ '"' -%}
    case when is_varchar({{ path }}) then cast({{ path }} as varchar(65535)) else json_serialize({{ path }}) end
{%- endmacro %}
