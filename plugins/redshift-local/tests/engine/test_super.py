from typing import LiteralString

import pytest
from engine_asking import Ask

from redshift_local.engine import compact


def test_catalogs_call_the_type_super(ask: Ask) -> None:
    ask.run("CREATE TABLE held (s super)")
    assert (
        ask("SELECT data_type FROM information_schema.columns WHERE table_name = 'held'") == "super"
    )


def test_navigation_is_lax(ask: Ask) -> None:
    assert ask("SELECT redshift.attribute('{\"a\": {\"B\": 1}}'::super, 'a')::varchar") is None
    path = "redshift.attribute(redshift.attribute('{\"a\": {\"B\": 1}}'::super, 'a'), %s)::varchar"
    assert ask("SELECT " + path, ["B"]) == "1"
    assert ask("SELECT " + path, ["b"]) is None
    assert ask("SELECT redshift.element('[1, 2]'::super, 1)::integer") == 2


@pytest.mark.parametrize(("value", "index"), [("[1, 2]", 2), ("[1, 2]", -1), ("5", 0), ("{}", 0)])
def test_an_element_that_is_not_there_is_null(ask: Ask, value: str, index: int) -> None:
    assert ask("SELECT redshift.element(json_parse(%s), %s) IS NULL", [value, index]) is True


def test_elements_count_from_zero_and_only_arrays_have_them(ask: Ask) -> None:
    both = "SELECT element::varchar, position FROM redshift.elements('[\"x\", 5]'::super)"
    assert ask.rows(both) == [("x", 0), ("5", 1)]
    assert ask.rows("SELECT * FROM redshift.elements('5'::super)") == []
    assert ask.rows("SELECT * FROM redshift.elements('{\"a\": 1}'::super)") == []


@pytest.mark.parametrize(
    ("cast", "value"),
    [
        ("'\"abc\"'::super::varchar", "abc"),
        ("'1.50'::super::varchar", "1.50"),
        ("'true'::super::varchar", None),
        ("'true'::super::boolean", True),
        ("'\"true\"'::super::boolean", None),
        ("'{\"a\": 1}'::super::varchar", None),
        ("'[1]'::super::varchar", None),
        ("'null'::super::varchar", None),
        ("'\"ééé\"'::super::varchar(5)", "éé"),
        ("'\"Good\"'::super::integer", None),
        ("'\"12\"'::super::integer", 12),
        ("'99999999999'::super::integer", None),
        ("'99999999999'::super::bigint", 99999999999),
        ("'5'::super::boolean", True),
        ("'5.0'::super::boolean", None),
        ("'1234.5'::super::decimal(5, 2)", None),
        ("'\"0x1F\"'::super::integer", None),
        ("'\"x\"'::super::date", None),
        ("'5'::super::date", None),
    ],
)
def test_a_cast_that_does_not_fit_gives_null(ask: Ask, cast: LiteralString, value: object) -> None:
    assert ask("SELECT " + cast) == value


def test_compact_keeps_strings_as_they_are() -> None:
    assert compact(b'{"a": [1, {"b, \\": c": "x: y, z"}]}') == b'{"a":[1,{"b, \\": c":"x: y, z"}]}'
