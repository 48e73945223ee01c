from datetime import date, datetime, time
from decimal import Decimal
from typing import LiteralString

import pytest
from engine_asking import Ask


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("datediff('year', '2008-12-31'::date, '2009-01-01'::date)", 1),
        ("datediff('hour', '2009-01-01 08:30'::timestamp, '2009-01-01 10:00'::timestamp)", 2),
        ("datediff('week', '2009-01-01', '2009-12-31')", 52),
        ("datediff('qtr', '2008-03-31'::date, '2008-04-01'::date)", 1),
        (
            "datediff('s', '2020-01-01 00:00:00.9'::timestamp, '2020-01-01 00:00:01.1'::timestamp)",
            1,
        ),
        ("datediff('day', '2020-01-02'::date, '2020-01-01 23:59'::timestamp)", -1),
        ("datediff('hour', '20:00'::time, '15:24:45'::time)", -5),
        ("datediff('hour', '2023-01-01', '2023-01-03 05:04:03')", 53),
        ("dateadd('month', 1, '2008-04-30'::date)::varchar", "2008-05-30 00:00:00"),
        ("dateadd('m', 30, '2008-02-28'::date)::varchar", "2008-02-28 00:30:00"),
        ("dateadd('year', 1, '2016-02-29'::date)::varchar", "2017-03-01 00:00:00"),
        ("dateadd('month', 12, '2016-02-29'::date)::varchar", "2017-02-28 00:00:00"),
        ("dateadd('hour', 12, '13:24:55'::time)", time(1, 24, 55)),
        ("add_months('2008-04-30'::date, 1)::varchar", "2008-05-31 00:00:00"),
        ("last_day('2024-02-03'::date)", date(2024, 2, 29)),
        ("trunc('2024-01-01 10:00'::timestamp)", date(2024, 1, 1)),
        ("date_trunc('week', '2024-01-03'::date)::varchar", "2024-01-01 00:00:00"),
        (
            "convert_timezone('UTC', 'Asia/Kolkata', '2024-01-01'::timestamp)::varchar",
            "2024-01-01 05:30:00",
        ),
        ("extract(second FROM '2009-09-21 11:10:03.189717'::timestamp)", 3),
        ("extract(ms FROM '2009-09-09 12:08:43.101'::timestamp)", 101),
        ("extract(decade FROM '1999-02-16'::date)", 200),
        ("extract(epoch FROM '2024-01-01 00:00:00.5Z'::timestamptz)", 1704067200.5),
        ("len('é')", 1),
        ("charindex('b', 'abc')", 2),
        ("sha2('a', 256)", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
        ("split_part('a.b', '.', 2)", "b"),
        ("concat('a', NULL)", None),
        ("regexp_replace('a1b2', '[0-9]', 'x')", "axbx"),
        ("regexp_replace('a1b2', '[0-9]')", "ab"),
        ("regexp_substr('abc', '[0-9]+')", ""),
        ("regexp_substr('a12', '[0-9]+')", "12"),
        ("nvl(NULL, 1, 2)", 1),
        ("nvl2(NULL::integer, 'x', 'y')", "y"),
        ("round(1.255::double precision, 1)", 1.3),
        ("pg_last_copy_count()", -1),
        ("substring(version() FROM 1 FOR 16)", "PostgreSQL 8.0.2"),
    ],
)
def test_function(ask: Ask, expression: LiteralString, value: object) -> None:
    assert ask("SELECT " + expression) == value


def test_now_is_told_to_the_second_without_a_zone(ask: Ask) -> None:
    now = ask("SELECT getdate()")
    assert isinstance(now, datetime)
    assert (now.microsecond, now.tzinfo) == (0, None)
    assert ask("SELECT sysdate() = sysdate()") is True


def test_an_unknown_date_part_is_an_error(ask: Ask) -> None:
    assert "fortnight" in str(ask.fails("SELECT dateadd('fortnight', 1, getdate())"))


@pytest.mark.parametrize("kind", ["smallint", "integer", "bigint"])
def test_the_average_of_whole_numbers_is_cut_off(ask: Ask, kind: LiteralString) -> None:
    ask.run(
        "CREATE TEMP TABLE held (n " + kind + ")",
        "INSERT INTO held VALUES (-1), (-2), (-2), (NULL)",
    )
    assert ask("SELECT avg(n) FROM held") == -1
    assert ask("SELECT avg(n) OVER () FROM held LIMIT 1") == -1
    assert ask("SELECT avg(n) FROM held WHERE n > 0") is None
    assert ask("SELECT round(avg(n::numeric), 2) FROM held") == Decimal("-1.67")


def test_listagg_in_an_order(ask: Ask) -> None:
    ask.run(
        "CREATE TEMP TABLE held AS SELECT 'b' AS t", "INSERT INTO held VALUES ('a'), ('b'), (NULL)"
    )
    assert ask("SELECT listagg(t, ',' ORDER BY t DESC) FROM held") == "b,b,a"
    assert ask("SELECT listagg(DISTINCT t, ',' ORDER BY t) FROM held") == "a,b"


def test_values_without_nulls_by_frame(ask: Ask) -> None:
    ask.run(
        "CREATE TEMP TABLE held (o integer, n integer)",
        "INSERT INTO held VALUES (1, NULL), (2, 5), (3, NULL), (4, 6)",
    )
    found = ask.rows(
        "SELECT redshift.first_not_null(n) OVER so_far, redshift.last_not_null(n) OVER so_far"
        " FROM held"
        " WINDOW so_far AS (ORDER BY o ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)"
    )
    assert found == [(None, None), (5, 5), (5, 5), (5, 6)]


def test_a_part_has_a_positive_number(ask: Ask) -> None:
    assert ask.fails("SELECT split_part('a.b', '.', -1)").sqlstate == "22023"


@pytest.mark.parametrize("left", ["json_parse('1')", "true"])
def test_super_and_booleans_are_not_put_together_with_text(ask: Ask, left: LiteralString) -> None:
    assert ask.fails("SELECT " + left + " || 'x'").sqlstate == "42883"
    assert ask.fails("SELECT 'x'::varchar || " + left).sqlstate == "42883"


@pytest.mark.parametrize(
    "expression",
    [
        "string_agg('a', ',')",
        "array_agg(1)",
        "json_agg(1)",
        "jsonb_typeof('1')",
        "generate_series(1, 2)",
        "unnest('{1}'::integer[])",
        "concat('a', 'b', 'c')",
        "concat_ws(',', 'a')",
        "encode('a', 'hex')",
        "format('a')",
        "clock_timestamp()",
        "div(5, 2)",
        "to_jsonb(1)",
        "regexp_split_to_array('a', 'b')",
        "width_bucket(1, 1, 2, 3)",
        "gen_random_uuid()",
        "bit_length('a')",
        "setseed(1)",
        "every(true)",
        "to_tsvector('a')",
    ],
)
def test_what_redshift_does_not_have_does_not_exist(ask: Ask, expression: LiteralString) -> None:
    assert ask.fails("SELECT " + expression).sqlstate in {"42883", "42725"}


@pytest.mark.parametrize(
    "function",
    [
        "months_between('2024-02-29'::date, '2024-01-31'::date)",
        "next_day('2024-02-29'::date, 'Tue')",
        "strtol('ff', 16)",
        "farmfingerprint64('a')",
        "soundex('a')",
        "decimal_scale(json_parse('3.14'))",
        "ratio_to_report(1)",
        "pg_last_query_id()",
        "current_user_id()",
    ],
)
def test_functions_that_no_client_calls_are_refused_by_name(
    ask: Ask, function: LiteralString
) -> None:
    failed = ask.fails("SELECT " + function)
    assert failed.sqlstate == "42883"
    assert function.partition("(")[0] in str(failed)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT b::varchar FROM held",
        "SELECT b::text FROM held",
        "SELECT cast(b AS varchar(9)) FROM held",
        "SELECT b::char(1) FROM held",
        "SELECT v::boolean FROM held",
    ],
)
def test_a_boolean_is_no_text_and_a_text_no_boolean(ask: Ask, statement: LiteralString) -> None:
    ask.run("CREATE TEMP TABLE held (b boolean, v varchar(9))")
    failed = ask.fails(statement)
    assert failed.sqlstate == "42846"
    assert "cannot cast type" in str(failed)
    assert ask("SELECT 'true'::boolean AND 1::boolean") is True
