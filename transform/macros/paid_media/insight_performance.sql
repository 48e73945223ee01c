{#-
    The CTE `performance`, one row per combination of `keys`: what the CTE `insights` (current_insights() with
    insight_columns()) comes to. Conversions are the actions of the types in `facebook_conversion_actions` at the default windows.
-#}
{% macro insight_performance(keys) -%}
    {%- set conversion_types = text_list(var('facebook_conversion_actions')) -%}
metric_sums as (

    select
        {{ keys | join(',\n        ') }},
        max(currency) as currency,
        max(read_at) as read_at,
        max(slice_read_at) as slice_read_at,
        sum({{ safe_number('impressions') }}) as impressions,
        sum({{ safe_number('clicks') }}) as clicks,
        sum({{ safe_number('spend') }}) as spend
    from insights
    group by {{ keys | join(', ') }}

),

actions as (

    {{ json_elements('insights', 'actions', keep=keys) }}

),

action_values as (

    {{ json_elements('insights', 'action_values', keep=keys) }}

),

conversion_sums as (

    select
        {{ keys | join(',\n        ') }},
        sum({{ json_number('element', 'value') }}) as conversions
    from actions
    where {{ json_string('element', 'action_type') }} in ({{ conversion_types }})
    group by {{ keys | join(', ') }}

),

value_sums as (

    select
        {{ keys | join(',\n        ') }},
        sum({{ json_number('element', 'value') }}) as conversion_value
    from action_values
    where {{ json_string('element', 'action_type') }} in ({{ conversion_types }})
    group by {{ keys | join(', ') }}

),

performance as (

    select
        {% for key in keys -%}
        metric_sums.{{ key }},
        {% endfor -%}
        metric_sums.currency,
        metric_sums.read_at,
        metric_sums.slice_read_at,
        cast(coalesce(metric_sums.impressions, 0) as bigint) as impressions,
        cast(coalesce(metric_sums.clicks, 0) as bigint) as clicks,
        {{ money('coalesce(metric_sums.spend, 0)') }} as spend,
        cast(coalesce(conversion_sums.conversions, 0) as numeric(18, 6)) as conversions,
        {{ money('coalesce(value_sums.conversion_value, 0)') }} as conversion_value
    from metric_sums
    left join conversion_sums
        on
            {% for key in keys -%}
            {{ 'and ' if not loop.first }}metric_sums.{{ key }} = conversion_sums.{{ key }}
            {% endfor %}
    left join value_sums
        on
            {% for key in keys -%}
            {{ 'and ' if not loop.first }}metric_sums.{{ key }} = value_sums.{{ key }}
            {% endfor %}
)
{%- endmacro %}

{#- The columns of a report that insight_performance() adds up, after the given ones. -#}
{% macro insight_columns(columns) -%}
    {{ return(columns + ['impressions', 'clicks', 'spend', 'actions', 'action_values']) }}
{%- endmacro %}
