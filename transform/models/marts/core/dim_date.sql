{{ config(dist='all', sort=['date_day']) }}
{%- set first_day = "cast(" ~ text_literal(var('calendar_start_date')) ~ " as date)" %}
{%- set last_day = "cast(" ~ text_literal(var('calendar_end_date')) ~ " as date)" %}

with

digits as (

    {% for digit in range(10) -%}
        select {{ digit }} as digit {{ 'union all' if not loop.last }}
    {% endfor %}

),

numbers as (

    select
        ten_thousands.digit * 10000 + thousands.digit * 1000 + hundreds.digit * 100 + tens.digit * 10 + ones.digit
            as number
    from digits as ten_thousands
    cross join digits as thousands
    cross join digits as hundreds
    cross join digits as tens
    cross join digits as ones

),

days as (

    select cast({{ first_day }} + number as date) as date_day
    from numbers
    where number <= {{ last_day }} - {{ first_day }}

),

weeks as (

    select
        date_day,
        {{ week_start('date_day') }} as week_start
    from days

)

select
    date_day,

    week_start,
    cast(date_trunc('month', date_day) as date) as month_start,
    cast(date_trunc('quarter', date_day) as date) as quarter_start,

    cast(extract(year from date_day) as integer) as year_number,
    cast(extract(month from date_day) as integer) as month_number,
    date_day - week_start + 1 as day_of_week,
    date_day - week_start >= 5 as is_weekend
from weeks
