{#-
    On Redshift, what a SUPER value says as text: a text itself, anything else serialised; null for JSON's null. No text in a SUPER
    value is longer than 65535 bytes.
-#}
{% macro redshift__json_text(value) -%}
    case when is_varchar({{ value }}) then cast({{ value }} as varchar(65535)) else nullif(json_serialize({{ value }}), 'null') end
{%- endmacro %}
