{#-
    A select with one row per element of Facebook's `actions` or `action_values` (the CTE `elements`, by json_elements()) and
    attribution window: the columns `keep`, `action_type`, `attribution_window` and `amount`. An element has a number for each window
    that was asked for, and as `value` the one at the default windows.
-#}
{% macro actions_by_window(elements, keep) %}
    {%- for window in ['value'] + var('facebook_attribution_windows') %}
    {{ 'union all' if not loop.first }}
    select
        {{ keep | join(',\n        ') }},
        {{ json_string('element', 'action_type') }} as action_type,
        {{ text_literal('default' if window == 'value' else window) }} as attribution_window,
        {{ json_number('element', window) }} as amount
    from {{ elements }}
    {%- endfor %}
{%- endmacro %}
