{#-
    An amount that Facebook gives in the smallest unit of its currency (budgets, caps), as money; null where it is 0, which is
    none set. The unit is a hundredth, but for these currencies (Marketing API, Currency Codes), whatever ISO 4217 says of them.
-#}
{% macro facebook_amount(amount, currency) -%}
    {%- set whole = ['CLP', 'COP', 'CRC', 'HUF', 'IDR', 'ISK', 'JPY', 'KRW', 'PYG', 'TWD', 'VND'] -%}
    {{ money(exact_product(
        'nullif(' ~ safe_number('cast(' ~ amount ~ ' as varchar(65535))') ~ ', 0)',
        'cast(case when ' ~ currency ~ ' in (' ~ text_list(whole) ~ ') then 1 else 0.01 end as numeric(3, 2))'
    )) }}
{%- endmacro %}
