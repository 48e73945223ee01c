"""Queries, carried out: what AWS documents is what the engine gives for the translation."""

from decimal import Decimal

from translated import Translated

from redshift_local.translate import Forward, Options, translate

pytest_plugins = ["translate_fixtures"]

CASE_KEPT = Options(case_sensitive_super_attribute=True, case_sensitive_identifier=True)

PEOPLE = """
create table people (id int, name varchar(20), team varchar(20), score int);
insert into people values
    (1, 'Ann', 'red', 10), (2, 'Bob', 'red', null), (3, 'Cid', 'blue', 30), (4, 'Dan', 'blue', 30)
"""


def test_a_plain_query_is_spelled_as_it_came() -> None:
    sql = "SELECT a.x, count(*) AS n FROM s.t AS a WHERE a.y = 'it''s' GROUP BY 1 HAVING n > 1"
    assert translate(sql, Options()) == Forward(sql)


def test_parameters_stay(run: Translated) -> None:
    plan = translate("select $1::int + 1 as n where $2 = 'x'", Options())
    assert plan == Forward("SELECT CAST($1 AS INT) + 1 AS n WHERE $2 = 'x'")
    run("select 1")


def test_strings_have_backslash_escapes(run: Translated) -> None:
    assert run(r"select 'a\'b', 'tab\there', 'back\\slash', 'it''s', '\\d+', len('\n')") == [
        ("a'b", "tab\there", "back\\slash", "it's", "\\d+", 1)
    ]


def test_names_are_folded_even_when_quoted(run: Translated) -> None:
    run('create table "Mixed" ("Some Column" int); insert into mixed values (7)')
    assert run('select "SOME COLUMN" from "MIXED"') == [(7,)]
    assert run.names('select 1 as "Upper Case"') == ["upper case"]


def test_names_keep_their_case_when_told_to(run: Translated) -> None:
    run.options = CASE_KEPT
    run('create table "Mixed" ("Some Column" int)')
    assert run.names('select * from "Mixed"') == ["Some Column"]
    assert "does not exist" in str(run.fails('select * from "mixed"'))


def test_qualify_keeps_rows_by_window_functions(run: Translated) -> None:
    run(PEOPLE)
    assert run("""
        select name from people as p
        qualify row_number() over (partition by team order by id) = 1 order by id
    """) == [("Ann",), ("Cid",)]


def test_qualify_sees_aliases_and_stars(run: Translated) -> None:
    run(PEOPLE)
    query = """
        select p.*, rank() over (partition by team order by id desc) as place
        from people as p where id < 4 qualify place = 1 order by name desc
    """
    assert run(query) == [(3, "Cid", "blue", 30, 1), (2, "Bob", "red", None, 1)]
    assert run.names(query) == ["id", "name", "team", "score", "place"]


def test_qualify_comes_after_grouping(run: Translated) -> None:
    run(PEOPLE)
    assert run("""
        select team, sum(score) as total from people as p group by team
        qualify rank() over (order by sum(score) desc) = 1
    """) == [("blue", 60)]


def test_qualify_in_a_common_table_expression_and_a_union(run: Translated) -> None:
    run(PEOPLE)
    assert run("""
        with last as (
            select * from people as p
            qualify row_number() over (partition by team order by id desc) = 1
        )
        select id from last where team = 'red' union all select id from last order by 1
    """) == [(2,), (2,), (4,)]


def test_listagg(run: Translated) -> None:
    run(PEOPLE)
    assert run("""
        select team, listagg(name, ', ') within group (order by id desc),
            listagg(id) within group (order by id desc)
        from people group by team order by team
    """) == [("blue", "Dan, Cid", "43"), ("red", "Bob, Ann", "21")]
    assert run("select listagg(distinct team, '-') within group (order by team) from people") == [
        ("blue-red",)
    ]


def test_decode_takes_two_nulls_for_equal(run: Translated) -> None:
    assert run("""
        select decode(x, 1, 'one', null, 'none', 'other'), decode(x, 1, 'one')
        from (select 1 as x union all select null union all select 5) as v order by x
    """) == [("one", "one"), ("other", None), ("none", None)]


def test_nulls_are_ignored_within_the_frame(run: Translated) -> None:
    run(PEOPLE)
    assert run("""
        select id,
            last_value(score ignore nulls) over (
                order by id rows between unbounded preceding and current row),
            first_value(score ignore nulls) over (
                order by id desc rows between 1 preceding and 1 following),
            lag(score) over (order by id)
        from people order by id
    """) == [
        (1, 10, 10, None),
        (2, 10, 30, 10),
        (3, 30, 30, None),
        (4, 30, 30, 30),
    ]


def test_date_parts_are_words(run: Translated) -> None:
    assert run("""
        select dateadd(month, 1, '2024-01-31'::date)::date::varchar,
            datediff(year, '2023-12-31'::date, '2024-01-01'::date),
            datediff('day', '2024-01-01'::date, '2024-03-01'::date),
            date_part(dow, '2024-01-07'::date)::int, extract(dayofyear from '2024-02-01'::date)
    """) == [("2024-02-29", 1, 60, 0, 32)]


def test_functions_with_words_for_commas(run: Translated) -> None:
    assert run("""
        select position('c' in 'abc'), trim(both 'x' from 'xax'), substring('abcd' from 2 for 2),
            substring('abcd', 3), extract(month from '2024-05-06'::date), convert(int, '7')
    """) == [(3, "a", "bc", "cd", 5, 7)]


def test_defaults_of_types_in_casts(run: Translated) -> None:
    assert run("select 12.6::decimal, 12.6::decimal(4, 1), 'ab'::char, 'é1'::varchar(2)") == [
        (Decimal(13), Decimal("12.6"), "a", "é")
    ]


def test_top_and_minus(run: Translated) -> None:
    run(PEOPLE)
    assert run("select top 2 id from people order by id desc") == [(4,), (3,)]
    assert run("select id from people minus select 1 order by 1") == [(2,), (3,), (4,)]


def test_columns_are_called_as_redshift_calls_them(run: Translated) -> None:
    run("create table t (a int, b super)")
    assert run.names("""
        select a, a::bigint, b.x."Y", b[0], b.x::int, count(*), decode(a, 1, 2), a + 1,
            nvl(a, 1), 5::bigint, listagg(a, ',') within group (order by a)
        from t group by 1, 2, 3, 4, 5, 7, 8, 9
    """) == ["a", "a", "y", "b", "x", "count", "decode", "?column?", "nvl", "int8", "listagg"]


def test_changes_of_rows(run: Translated) -> None:
    run(PEOPLE)
    run("""
        update people set score = s.score from (select 2 as id, 20 as score) as s
        where s.id = people.id;
        delete from people where (id) in (select distinct id from people where team = 'blue');
        insert into people (id, name) (select 9, 'Zoe');
        insert into people values (10, 'Max', default, 1)
    """)
    assert run("select * from people order by id") == [
        (1, "Ann", "red", 10),
        (2, "Bob", "red", 20),
        (9, "Zoe", None, None),
        (10, "Max", None, 1),
    ]


def test_merge_with_clauses(run: Translated) -> None:
    """The example of AWS' page on MERGE."""
    run("""
        create table target (id int, name char(10));
        create table source (id int, name char(10));
        insert into target values (101, 'Bob'), (102, 'John'), (103, 'Susan');
        insert into source values (102, 'Tony'), (103, 'Alice'), (104, 'Bill');
        merge into target using source on target.id = source.id
        when matched then update set id = source.id, name = source.name
        when not matched then insert values (source.id, source.name)
    """)
    assert [(number, str(name).rstrip()) for number, name in run("select * from target")] == [
        (101, "Bob"), (102, "Tony"), (103, "Alice"), (104, "Bill"),
    ]  # fmt: skip


def test_merge_removes_duplicates(run: Translated) -> None:
    """A row of the source takes the place of all that match it; others stay, even if twice."""
    run("""
        create table target (id int, name varchar(10));
        create table source (id int, name varchar(10));
        insert into target values (30, 'Tony'), (30, 'Tom'), (11, 'Alice'), (11, 'Alice');
        insert into source values (30, 'Daisy'), (22, 'Clarence');
        merge into target using source as s on target.id = s.id remove duplicates
    """)
    assert run("select * from target order by 1, 2") == [
        (11, "Alice"),
        (11, "Alice"),
        (22, "Clarence"),
        (30, "Daisy"),
    ]


def test_merge_refuses_two_rows_for_one(run: Translated) -> None:
    run("""
        create table target (id int, name varchar(10)); insert into target values (1, 'a');
        create table source (id int, name varchar(10)); insert into source values (1, 'b'), (1, 'c')
    """)
    error = run.fails("merge into target using source on target.id = source.id remove duplicates")
    assert error.sqlstate == "21000"
    assert run("select * from target") == [(1, "a")]


def test_joins_in_parentheses_and_in_changes(run: Translated) -> None:
    run(PEOPLE)
    run("create table teams (team varchar(20), city varchar(20))")
    run("insert into teams values ('red', 'Rom')")
    assert run("""
        select * from (people as p join teams as t on p.team = t.team) join teams as u on true
        qualify row_number() over (order by p.id) = 1
    """) == [(1, "Ann", "red", 10, "red", "Rom", "red", "Rom")]
    run("""
        update people set name = u.city from teams as t join teams as u on t.team = u.team
        where people.team = t.team;
        delete from people using teams as t join teams as u on t.team = u.team
        where people.team = u.team and people.id = 2
    """)
    assert run("select id, name from people order by id") == [(1, "Rom"), (3, "Cid"), (4, "Dan")]
