from typing import LiteralString

import pytest
from engine_asking import Ask


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('pg_catalog.json_serialize(json_parse(\'{"a": [1, "x: y, z"]}\'))', '{"a":[1,"x: y, z"]}'),
        (
            'pg_catalog.json_serialize(json_parse(\'{"a": null, "b": "x: y"}\'))',
            '{"a":null,"b":"x: y"}',
        ),
        ("pg_catalog.json_serialize(json_parse('\"a: b\"'))", '"a: b"'),
        (
            "pg_catalog.json_serialize(redshift.array_of(1, 'a', NULL, json_parse('[2]')))",
            '[1,"a",null,[2]]',
        ),
        ("pg_catalog.json_serialize(redshift.array_of())", "[]"),
        ("pg_catalog.json_serialize(object('a', 1, 'b', json_parse('{}')))", '{"a":1,"b":{}}'),
        ("pg_catalog.json_serialize(array_concat(json_parse('[1]'), json_parse('[2]')))", "[1,2]"),
        ("array_concat(json_parse('1'), json_parse('[2]'))::varchar", None),
        ('pg_catalog.json_serialize(subarray(json_parse(\'["a", "b", "c"]\'), 1, 2))', '["b","c"]'),
        ("pg_catalog.json_serialize(split_to_array('12|345', '|'))", '["12","345"]'),
        ("get_array_length(json_parse('[1, 2]'))", 2),
        ("get_array_length(json_parse('{}'))", None),
        ("json_typeof(json_parse('null'))", "null"),
        ("json_typeof(NULL)", None),
        ("is_varchar(json_parse('\"a\"'))", True),
        ("is_varchar(NULL)", False),
        ("is_object(json_parse('[]'))", False),
        ("is_scalar(json_parse('1'))", True),
        ("is_scalar(json_parse('null'))", False),
        ("is_integer(json_parse('5'))", True),
        ("is_integer(json_parse('5.0'))", False),
        ("is_integer(json_parse('2147483648'))", False),
        ("is_bigint(json_parse('2147483648'))", True),
        ("is_decimal(json_parse('1.22'))", True),
        ("is_valid_json('{\"a\": 1}')", True),
        ("is_valid_json('[1]')", False),
        ("is_valid_json_array('[1]')", True),
        ("can_json_parse('1')", True),
        ("can_json_parse('{')", False),
    ],
)
def test_function(ask: Ask, expression: LiteralString, value: object) -> None:
    assert ask("SELECT " + expression) == value


def test_members_of_an_object(ask: Ask) -> None:
    ask.run('CREATE TEMP TABLE held AS SELECT json_parse(\'{"a": 1, "b": "x"}\') AS s')
    members = "SELECT attribute, element::varchar FROM held, redshift.members(held.s)"
    assert sorted(ask.rows(members)) == [("a", "1"), ("b", "x")]
    assert ask.rows("SELECT * FROM redshift.members(json_parse('[1]'))") == []


def test_a_string_in_super_has_a_varchars_length(ask: Ask) -> None:
    assert ask("SELECT json_typeof(json_parse('\"' || repeat('x', 65535) || '\"'))") == "string"
    failed = ask.fails("SELECT json_parse('[\"' || repeat('x', 65536) || '\"]')")
    assert "65535" in str(failed)


def test_what_is_serialized_has_to_be_a_varchar(ask: Ask) -> None:
    ask.run("CREATE TABLE big AS SELECT split_to_array(repeat('123456789,', 6600)) AS s")
    assert "65535" in str(ask.fails("SELECT pg_catalog.json_serialize(s) FROM big"))


def test_broken_json_is_an_error(ask: Ask) -> None:
    assert ask.fails("SELECT json_parse('{\"a')").sqlstate == "22P02"


def test_an_attribute_that_repeats_is_an_error(ask: Ask) -> None:
    assert "more than once" in str(ask.fails('SELECT json_parse(\'[{"a": 1, "a": 2}]\')'))
    assert ask('SELECT json_typeof(json_parse(\'{"a": {"a": 1}}\'))') == "object"
