"""Paths into SUPER values and FROM items that go through them."""

import json

from translated import Translated

from redshift_local.translate import Options

pytest_plugins = ["translate_fixtures"]

PAYLOAD = {
    "A": "upper",
    "a": "lower",
    "Order Id": 7,
    "items": [{"Name": "tv", "tags": ["x", "y"]}, {"Name": "pc", "tags": []}],
    "size": {"w": 1, "h": 2},
}
BOTH = Options(case_sensitive_super_attribute=True, case_sensitive_identifier=True)
ATTRIBUTE_ONLY = Options(case_sensitive_super_attribute=True)


def _with_payload(run: Translated) -> None:
    run(f"create table t (id int, c super); insert into t select 1, json_parse('{_text()}')")


def _text() -> str:
    return json.dumps(PAYLOAD)


def test_a_path_starts_at_a_column_or_at_an_alias(run: Translated) -> None:
    _with_payload(run)
    run.options = BOTH
    assert run("""
        select c.size.w, x.c.size.w, x.c.items[1]."Name", c."items"[0]."tags"[1], c.nothing.at.all,
            c.items[9], c[0]
        from t as x
    """) == [("1", "1", '"pc"', '"y"', None, None, None)]


def test_a_path_starts_at_a_table_called_in_full(run: Translated) -> None:
    run("create schema s; create table s.t (c super)")
    run("""insert into s.t select json_parse('{"a": {"b": 5}}')""")
    assert run('select s.t.c.a.b, t.c.a.b::int, "s"."t"."c"."a"."b" from s.t') == [("5", 5, "5")]


def test_case_of_attributes(run: Translated) -> None:
    """AWS' page on enable_case_sensitive_super_attribute: it is for names without quotes."""
    _with_payload(run)
    query = 'select c.A, c.a, c."A" from t'
    assert run(query) == [('"lower"', '"lower"', '"lower"')]
    run.options = ATTRIBUTE_ONLY
    assert run(query) == [('"upper"', '"lower"', '"lower"')]
    run.options = Options(case_sensitive_identifier=True)
    assert run(query) == [('"lower"', '"lower"', '"upper"')]


def test_arrays_are_unnested_by_from(run: Translated) -> None:
    _with_payload(run)
    run.options = BOTH
    assert run("""
        select i."Name"::varchar(10), at, word from t as x, x.c.items as i at at, i.tags as word
        order by 2, 3
    """) == [("tv", 0, '"x"'), ("tv", 0, '"y"')]
    assert run("select i from t as x, x.c.size as i") == []


def test_an_unnested_array_keeps_rows_of_a_left_join(run: Translated) -> None:
    _with_payload(run)
    run.options = BOTH
    assert run("""
        select i."Name", word from t as x, x.c.items as i left join i.tags as word on true
        order by 1, 2
    """) == [('"pc"', None), ('"tv"', '"x"'), ('"tv"', '"y"')]


def test_an_array_of_an_outer_query_is_unnested(run: Translated) -> None:
    _with_payload(run)
    run.options = BOTH
    assert run("""
        select id, (select count(*) from x.c.items as i where i."Name" = 'tv') from t as x
        where exists (select 1 from x.c.items as i)
    """) == [(1, 1)]


def test_an_unnested_array_shows_no_position_unasked(run: Translated) -> None:
    _with_payload(run)
    assert run.names("select * from t as x, x.c.items as i") == ["id", "c", "i"]
    assert run.names("select * from t as x, x.c.items as i at n") == ["id", "c", "i", "n"]


def test_attributes_are_unpivoted(run: Translated) -> None:
    _with_payload(run)
    assert run("select k, v from t as x, unpivot x.c.size as v at k order by k") == [
        ("h", "2"),
        ("w", "1"),
    ]


def test_an_inner_alias_hides_an_outer_one(run: Translated) -> None:
    _with_payload(run)
    assert run("""
        select (select c.size from (select 5 as size) as c) from t
    """) == [(5,)]


def test_comparison_with_a_path_is_dynamic(run: Translated) -> None:
    _with_payload(run)
    assert run("""
        select c.size.w = 1, c.a = 'lower', c.a = 1 from t
    """) == [(True, True, False)]


def test_arrays_and_objects_are_made(run: Translated) -> None:
    assert run("""
        select json_serialize(array(1, 'a', null)), json_serialize(object('k', 1, 'l', array()))
    """) == [('[1,"a",null]', '{"k":1,"l":[]}')]


def test_a_text_cast_to_super_is_a_string(run: Translated) -> None:
    assert run("select json_typeof('{}'::super), json_typeof(json_parse('{}'))") == [
        ("string", "object")
    ]
