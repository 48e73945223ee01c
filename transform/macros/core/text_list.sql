{#- Texts as SQL literals, for the inside of in (...). -#}
{% macro text_list(texts) -%}
    {%- for text in texts -%}
        {{ text_literal(text) }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}
