"""Any schema and records that JSON allows come out with the same values, or are refused by name."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.types.json import set_json_loads
from target_running import Warehouse, load_nowhere, schema

from target_redshift.errors import LoadError
from target_redshift.names import conform

# What the loader replaces is tested by name elsewhere; here values have to stay as they are.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
NUMBER = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXT,
    "integer": st.integers(-(2**70), 2**70),
    "number": NUMBER | st.integers(-(10**30), 10**30),
    "boolean": st.booleans(),
    "object": st.dictionaries(TEXT, JSON, max_size=3),
    "array": st.lists(JSON, max_size=3),
    "null": st.none(),
}
BOUNDED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def streams(draw: st.DrawFn) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """A schema's properties, and records that keep to it."""
    names = draw(st.lists(TEXT, min_size=1, max_size=5, unique_by=conform))
    properties: dict[str, Any] = {}
    columns: dict[str, st.SearchStrategy[Any]] = {}
    for name in names:
        types = draw(st.lists(st.sampled_from(sorted(VALUES)), max_size=3, unique=True))
        spelling = draw(st.sampled_from(["list", "anyOf", "oneOf"]))
        if not types:
            properties[name] = {}
        elif spelling == "list":
            properties[name] = {"type": types}
        else:
            properties[name] = {spelling: [{"type": each} for each in types]}
        columns[name] = st.one_of(*(VALUES[each] for each in types)) if types else JSON
    record = st.fixed_dictionaries({}, optional=columns)
    return properties, draw(st.lists(record, min_size=1, max_size=5))


def to_json(value: object) -> str:
    """JSON text of a value; decimals as numbers with all of their digits."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(k)}: {to_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_json, value)) + "]"
    return json.dumps(value)


@BOUNDED
@given(streams())
def test_values_come_out_as_they_went_in(
    warehouse: Warehouse, stream: tuple[dict[str, Any], list[dict[str, Any]]]
) -> None:
    properties, records = stream
    warehouse.query("drop schema if exists raw cascade")
    lines = [f'{{"type": "RECORD", "stream": "s", "record": {to_json(each)}}}' for each in records]
    warehouse.load(schema("s", properties), *lines)
    with psycopg.connect(warehouse.url) as connection:
        set_json_loads(lambda text: json.loads(text, parse_float=Decimal), connection)
        cursor = connection.execute("select * from raw.s order by ctid")
        names = [column.name for column in cursor.description or []]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    assert len(rows) == len(records)
    sources: dict[str, str] = dict(
        warehouse.query(
            "select coalesce(col_description(attrelid, attnum), ''), attname from pg_attribute"
            " where attrelid = 'raw.s'::regclass and attnum > 0 and attname not like '\\_sdc\\_%'"
        )
    )
    for row, each in zip(rows, records, strict=True):
        for name in properties:
            assert row[sources[name]] == each.get(name), (name, properties[name])
        assert row["_sdc_meta"] is None


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=10), JSON, st.sampled_from(sorted(VALUES)))
def test_a_record_is_taken_or_refused_by_name(name: str, value: object, kind: str) -> None:
    line = (
        f'{{"type": "RECORD", "stream": "s", "record": {{{json.dumps(name)}: {to_json(value)}}}}}'
    )
    try:
        text = load_nowhere(schema("s", {name: {"type": kind}}), line)
    except LoadError as error:
        assert 'Line 2 of the input, stream "s"' in str(error)  # noqa: PT017 - either is right
    else:
        assert text.count(b"\n") == 1


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=60))
def test_a_line_of_any_bytes_is_taken_or_refused_by_name(line: bytes) -> None:
    flat = line.replace(b"\n", b" ")
    try:
        load_nowhere(schema("s", {"a": {"type": "string"}}), flat)
    except LoadError as error:
        assert "Line 2 of the input" in str(error)  # noqa: PT017 - either is right
