{#- A text as a column of marts: a bare literal, or a case of such, has no type that Redshift holds against a contract. -#}
{% macro label(text) -%}
    cast({{ text_literal(text) }} as varchar(65535))
{%- endmacro %}
