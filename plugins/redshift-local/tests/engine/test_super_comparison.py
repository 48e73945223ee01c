from typing import LiteralString

import pytest
from engine_asking import Ask


@pytest.mark.parametrize(
    ("comparison", "value"),
    [
        ("'\"P\"'::super = 'P'", True),
        ("'P' = '\"P\"'::super", True),
        ("'5'::super = 'P'", False),
        ("'\"5\"'::super = 5", False),
        ("'5'::super = 5", True),
        ("5.0 = '5'::super", True),
        ("'true'::super = true", True),
        ("NULL::super = 'P'", None),
        ("'5'::super <> 'P'", True),
        ("'\"A\"'::super <= 'P'", True),
        ("'5'::super <= 'P'", None),
        ("'1'::super < '2'::super", True),
        ("'1'::super < '\"a\"'::super", None),
        ("'1'::super = '\"1\"'::super", False),
        ('\'{"a": 1, "b": [2]}\'::super = \'{"b": [2.0], "a": 1}\'::super', True),
        ("'\"P\"'::super IN ('P', 'Q')", True),
        ("'\"R\"'::super IN ('P', 'Q')", False),
    ],
)
def test_values_of_different_kinds_are_not_equal_and_have_no_order(
    ask: Ask, comparison: LiteralString, value: object
) -> None:
    assert ask("SELECT " + comparison) is value


@pytest.fixture
def shuffled(ask: Ask) -> Ask:
    ask.run(
        "CREATE TEMP TABLE held (s super)",
        "INSERT INTO held SELECT json_parse(t) FROM (VALUES ('{\"a\": 1}'), ('[1]'), ('\"AWS\"'),"
        " ('1'), ('1.0'), (NULL), ('-2.5'), ('true'), ('\"Amazon\"')) AS texts (t)",
    )
    return ask


def test_kinds_have_an_order_to_sort_by(shuffled: Ask) -> None:
    ordered = shuffled.rows("SELECT pg_catalog.json_serialize(s) FROM held ORDER BY s, s::varchar")
    assert [row[0] for row in ordered] == [
        "true",
        "-2.5",
        "1",
        "1.0",
        '"AWS"',
        '"Amazon"',
        "[1]",
        '{"a":1}',
        None,
    ]


@pytest.mark.parametrize("way", ["on", "off"])
def test_groups_by_hash_and_by_sort_are_the_same(shuffled: Ask, way: str) -> None:
    shuffled("SELECT set_config('enable_hashagg', %s, true)", [way])
    assert shuffled("SELECT count(*) FROM (SELECT s FROM held GROUP BY s) AS groups") == 8
    assert shuffled("SELECT count(DISTINCT s) FROM held") == 7


def test_joins_on_super(ask: Ask) -> None:
    joined = (
        "SELECT count(*) FROM (VALUES ('1'::super), ('\"a\"')) AS one (s)"
        " INNER JOIN (VALUES ('1.0'::super), ('\"b\"')) AS other (s) ON one.s = other.s"
    )
    assert ask(joined) == 1


def test_super_turns_into_nothing_by_itself(ask: Ask) -> None:
    ask.run("CREATE TABLE texts (v varchar(9))")
    assert ask.fails("INSERT INTO texts SELECT '\"a\"'::super").sqlstate == "42804"
    assert ask.fails("SELECT lower('\"a\"'::super)").sqlstate == "42883"
    assert ask.fails("SELECT current_date::super").sqlstate == "42846"
    assert ask.fails("SELECT '{\"a\": 1}'::super -> 'a'").sqlstate == "42883"


def test_scalars_become_super_in_an_assignment(ask: Ask) -> None:
    ask.run(
        "CREATE TABLE held (position integer, s super)",
        "INSERT INTO held VALUES (1, 'Amazon'::varchar), (2, 1), (3, -2.50), (4, true), (5, NULL)",
    )
    assert ask.rows("SELECT pg_catalog.json_serialize(s) FROM held ORDER BY position") == [
        ('"Amazon"',),
        ("1",),
        ("-2.50",),
        ("true",),
        (None,),
    ]
