"""What each way to declare a property makes of it."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from target_running import Warehouse, load_nowhere, raw_record, record, schema, state

from target_redshift.errors import LoadError, printable
from target_redshift.schema import Kind, read_schema

TEXT = {"type": "string"}
NULL = {"type": "null"}
INSTANT = {"type": "string", "format": "date-time"}


@pytest.mark.parametrize(
    ("declared", "kind", "nullable"),
    [
        ({"type": "string"}, Kind.TEXT, False),
        ({"type": ["null", "string"]}, Kind.TEXT, True),
        ({"type": ["string"]}, Kind.TEXT, False),
        ({"type": ["string", "null"], "format": "date-time"}, Kind.INSTANT, True),
        ({"anyOf": [INSTANT, NULL]}, Kind.INSTANT, True),
        ({"anyOf": [INSTANT, {"type": ["string", "null"]}]}, Kind.TEXT, True),
        ({"anyOf": [{"anyOf": [INSTANT, NULL]}]}, Kind.INSTANT, True),
        ({"oneOf": [{"type": "integer"}, {"type": "number"}]}, Kind.NUMBER, False),
        ({"allOf": [{"type": "integer"}]}, Kind.INTEGER, False),
        ({"allOf": [TEXT, {"maxLength": 5}]}, Kind.JSON, True),
        ({"type": ["integer", "number", "null"]}, Kind.NUMBER, True),
        ({"type": ["integer", "string"]}, Kind.JSON, False),
        ({"type": ["object", "array"]}, Kind.JSON, False),
        ({"anyOf": [TEXT, {}]}, Kind.JSON, True),
        ({"type": "string", "format": "email"}, Kind.TEXT, False),
        ({"type": "string", "format": "singer.decimal"}, Kind.TEXT, False),
        ({"type": "string", "enum": ["a"]}, Kind.TEXT, False),
        ({"type": "number", "multipleOf": 0.01}, Kind.NUMBER, False),
        ({"enum": ["a", 1]}, Kind.JSON, True),
        ({"const": 1}, Kind.JSON, True),
        ({"$ref": "#/definitions/a"}, Kind.JSON, True),
        ({"type": "null"}, Kind.JSON, True),
        ({"type": "unheard of"}, Kind.JSON, True),
        ({"type": []}, Kind.JSON, True),
        ({"type": 5}, Kind.JSON, True),
        ({"anyOf": []}, Kind.JSON, True),
        ({}, Kind.JSON, True),
        (True, Kind.JSON, True),
        (None, Kind.JSON, True),
    ],
)
def test_kinds(declared: Any, kind: Kind, *, nullable: bool) -> None:  # noqa: ANN401 - any JSON
    [found] = read_schema("s", {"properties": {"a": declared}}, [], strict=True).properties
    assert (found.kind, found.nullable) == (kind, nullable)
    [found] = read_schema("s", {"properties": {"a": declared}}, [], strict=False).properties
    assert (found.kind, found.nullable) == (kind, True)


def test_a_part_of_a_composite_key_that_is_null_is_refused() -> None:
    keyed = schema("s", {"a": TEXT, "b": {"type": ["string", "null"]}}, ["a", "b"])
    for values in ({"a": "x"}, {"a": "x", "b": None}):
        with pytest.raises(LoadError, match=r"record a='\"x\"', b='(null|missing)'.*\"b\" has no"):
            load_nowhere(keyed, record("s", values))


def test_redshift_takes_no_key_of_json(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(LoadError, match=r'key property "k" .* cannot tell such keys apart'):
        redshift_warehouse.load(schema("s", {"k": {}}, ["k"]))


def test_a_key_of_json_is_compared_by_value(postgres_warehouse: Warehouse) -> None:
    warehouse = postgres_warehouse
    keyed = schema("s", {"k": {}, "v": {"type": "integer"}}, ["k"])
    values = ['{"a": 1, "b": 2}', '{"b": 2.0, "a": 1}', '"1"', "1", "1.0"]
    for _ in range(2):
        warehouse.load(
            keyed, *(raw_record("s", f'{{"k": {k}, "v": {n}}}') for n, k in enumerate(values))
        )
    assert warehouse.values("select v from raw.s order by v") == [1, 2, 4]


HOSTILE = [
    'a"b',
    "a'b",
    "s'); drop schema raw cascade; --",
    'Robert"); drop table users; --',
    "%s %(x)s %%",
    "{x} {} {{",
    "a\nb\r\n",
    "a\tb",
    "back\\slash",
    "emoji 🙂",
    "نص عربي",
    "हिन्दी नाम",
    "x" * 5000,
    "ü" * 100,
    " ",
    ".",
    "select",
    "pg_class",
    "ctid",
    "1",
    "None",
    "null",
    '","stream":"other',
    "\ufeffbom",
    "\u202eright to left",
    "\x7f\x1b[31m",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_of_streams_and_their_keys(postgres_warehouse: Warehouse, name: str) -> None:
    """One table, one row, wherever the name goes: statements, comments, logs, errors, states."""
    warehouse = postgres_warehouse  # test_rows has such names on every engine
    keyed = schema(name, {name: {"type": ["integer", "null"]}, "v": {}}, [name])
    for value in range(2):
        states = warehouse.load(
            keyed,
            record(name, {name: 7, "v": value}, version=1),
            record(name, {name: 7, "v": value}, version=1),
            record(name, {name: "bad", "v": value}),
            {"type": "ACTIVATE_VERSION", "stream": name, "version": 1},
            state({"bookmarks": {name: {"at": value}}}),
            on_invalid_record="quarantine",
            max_rejected=1,
        )
        assert states == [{"bookmarks": {name: {"at": value}}}]
    tables = warehouse.query(
        "select obj_description(oid), relname from pg_class"
        " where relnamespace = 'raw'::regnamespace and relkind = 'r' order by 1"
    )
    assert [comment for comment, _ in tables] == [
        "Bookmarks that were committed with their rows: leave it as it is",
        f"Invalid records of Singer stream: {name}",
        f"Singer stream: {name}",
    ]
    [(row, source)] = warehouse.query(
        "select to_jsonb(t), col_description(tableoid, 1) from"  # noqa: S608 - a conformed name
        f' raw."{tables[2][1]}" t'
    )
    assert source == name
    assert (row.pop("v"), row["_sdc_table_version"], row["_sdc_deleted_at"]) == (1, 1, None)
    assert 7 in row.values()
    with pytest.raises(LoadError) as raised:
        warehouse.load(keyed, record(name, {name: "bad"}))
    assert printable(name) in str(raised.value)


def test_a_name_stays_on_its_line_in_errors_and_logs(
    postgres_warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    warehouse = postgres_warehouse
    name = "a\nERROR | all is lost\r\x1b[31m"
    told = r"a\nERROR | all is lost\r\x1b[31m"
    with pytest.raises(LoadError) as raised:
        warehouse.load(schema(name, {name: TEXT}), record(name, {name: 1}))
    assert told in str(raised.value)
    assert str(raised.value).isprintable()
    warehouse.load(schema(name, {name: TEXT}))
    with caplog.at_level(logging.INFO):
        warehouse.load(schema(name, {name: INSTANT}), record(name, {name: "2026-11-22"}))
    ours = [each.getMessage() for each in caplog.records if each.name == "target-redshift"]
    assert all(each.isprintable() for each in ours)
    assert sum(told in each for each in ours) == 2
