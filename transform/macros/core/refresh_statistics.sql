{#-
    For what later statements join: the planner's statistics now, not whenever the server gets to it. Of all columns, or of
    those named, which takes less time.
-#}
{% macro refresh_statistics(columns=[]) -%}
    {{ return(adapter.dispatch('refresh_statistics')(columns)) }}
{%- endmacro %}

{% macro postgres__refresh_statistics(columns) -%}
    analyze {{ this }}{{ ' (' ~ columns | join(', ') ~ ')' if columns }}
{%- endmacro %}

{#- Redshift analyses by itself, but later, and the next statement joins. Of tables that changed little it keeps what it has. -#}
{% macro redshift__refresh_statistics(columns) -%}
    analyze {{ this.include(database=false) }}{{ ' (' ~ columns | join(', ') ~ ')' if columns else ' predicate columns' }}
{%- endmacro %}
