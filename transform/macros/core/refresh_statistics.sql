{#- Post-hook of what later models and hooks join: the planner's statistics now, not whenever the server gets to it. -#}
{% macro refresh_statistics() -%}
    {{ return(adapter.dispatch('refresh_statistics')()) }}
{%- endmacro %}

{% macro postgres__refresh_statistics() -%}
    analyze {{ this }}
{%- endmacro %}

{#- Redshift analyses by itself. -#}
{% macro redshift__refresh_statistics() -%}
{%- endmacro %}
