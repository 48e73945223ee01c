{#-
    An amount that Facebook gives in the smallest unit of its currency (budgets, bids, caps), as money. 0 is none set. Facebook has
    units of hundredths, but for these currencies (Marketing API, Currency Codes), ISO 4217's own digits aside.
-#}
{% macro facebook_amount(amount, currency) -%}
    {%- set whole = ['CLP', 'COP', 'CRC', 'HUF', 'IDR', 'ISK', 'JPY', 'KRW', 'PYG', 'TWD', 'VND'] -%}
    {{ money(
        safe_number('cast(' ~ amount ~ ' as varchar(65535))')
        ~ ' / case when ' ~ currency ~ ' in (' ~ text_list(whole) ~ ') then 1 else 100 end'
    ) }}
{%- endmacro %}
