"""What might hide behind something else, and would be lost without a word."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from target_running import Warehouse, load_nowhere, raw_record, record, schema

from target_redshift.errors import LoadError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = {"type": ["string", "null"]}
INTEGER = {"type": ["integer", "null"]}
INSTANT = {"type": ["string", "null"], "format": "date-time"}
CLOCK = {"type": ["string", "null"], "format": "time"}


@pytest.mark.parametrize(
    "values",
    [
        '{"id": 1, "n": 1, "n": 2, "at": "2026-11-22 06:47"}',
        '{"id": 1, "n": 1, "n": 2, "n": 2, "at": "2026-11-22"}',
        '{"id": 1, "n": 1, "n": 2, "clock": "06:47"}',
        r'{"id": 1, "n": 1, "n": 2, "a\u003ab": 1}',
        r'{"id": 1, "n": 1, "n": 2, "a\u003Ab": 1}',
    ],
)
def test_a_second_value_behind_one_that_is_spelled_anew(warehouse: Warehouse, values: str) -> None:
    properties = {"id": INTEGER, "n": INTEGER, "at": INSTANT, "clock": CLOCK, "a:b": INTEGER}
    warehouse.load(schema("s", properties, ["id"]), raw_record("s", values))
    assert warehouse.query("select n, _sdc_meta from raw.s") == [
        (2, {"duplicate_properties": ["n"]})
    ]


def test_a_second_value_behind_a_time_extracted(warehouse: Warehouse) -> None:
    warehouse.load(
        schema("s", {"id": INTEGER}),
        '{"type": "RECORD", "stream": "s", "record": {"id": 1, "id": 2},'
        ' "time_extracted": "2026-11-22T06:47"}',
    )
    assert warehouse.values("select _sdc_meta from raw.s") == [{"duplicate_properties": ["id"]}]


def test_a_colon_that_is_spelled_as_an_escape_is_no_change(warehouse: Warehouse) -> None:
    warehouse.load(schema("s", {"a:b": INTEGER}), raw_record("s", r'{"a\u003ab": 1}'))
    assert warehouse.query("select a_b, _sdc_meta from raw.s") == [(1, None)]


@pytest.mark.parametrize(
    ("declared", "value", "told"),
    [
        (TEXT, r'"a\u0000"', 'key property "k" holds a NUL or a lone surrogate'),
        (TEXT, r'"a\ud800"', 'key property "k" holds a NUL or a lone surrogate'),
        (INSTANT, '"2026-11-22T06:47:00.1234567Z"', 'key property "k": .* finer than'),
        (CLOCK, '"06:47:00.1234567"', 'key property "k": .* finer than'),
    ],
)
def test_a_key_that_would_become_another_is_refused(
    warehouse: Warehouse, declared: dict[str, Any], value: str, told: str
) -> None:
    keyed = schema("s", {"k": declared}, ["k"])
    bad = raw_record("s", f'{{"k": {value}}}')
    with pytest.raises(LoadError, match=told):
        warehouse.load(keyed, bad)
    warehouse.load(keyed, bad, bad, on_invalid_record="quarantine", max_rejected=2)
    assert warehouse.values("select count(*) from raw.s__rejected") == [2]


def test_a_state_keeps_what_no_database_takes(warehouse: Warehouse) -> None:
    value = r'{"cursor": "a\u0000\ud800"}'
    states = warehouse.load(f'{{"type": "STATE", "value": {value}}}')
    assert states == [{"cursor": "a\0\ud800"}]


def test_a_state_without_a_value_is_named() -> None:
    with pytest.raises(LoadError, match="Line 1 of the input is a STATE without a value"):
        load_nowhere({"type": "STATE"})


@pytest.mark.parametrize("offset", ["+15:59", "-16:00", "+23:59"])
def test_offsets_beyond_those_of_postgres(warehouse: Warehouse, offset: str) -> None:
    text = f"2026-11-22T06:47:00{offset}"
    warehouse.load(schema("s", {"at": INSTANT}), record("s", {"at": text}))
    assert warehouse.values("select at from raw.s") == [
        datetime.fromisoformat(text).astimezone(UTC)
    ]


@pytest.mark.parametrize("offset", ["+05:60", "+0599", "+24:00"])
def test_an_offset_that_is_none_is_named(offset: str) -> None:
    with pytest.raises(LoadError, match=r'property "at": .* is no date-time'):
        load_nowhere(
            schema("s", {"at": INSTANT}), record("s", {"at": f"2026-11-22T06:47:00{offset}"})
        )


def test_a_property_that_is_called_like_a_column_of_ours(warehouse: Warehouse) -> None:
    keyed = schema("s", {"id": INTEGER, "_sdc_ordinal": INTEGER}, ["id"])
    for value in (1, 2):
        warehouse.load(keyed, record("s", {"id": 1, "_sdc_ordinal": value}))
    assert warehouse.query("select id, _sdc_ordinal from raw.s") == [(1, 2)]


def test_overwrite_helps_where_rows_repeat_the_key(warehouse: Warehouse) -> None:
    messages = (schema("s", {"id": INTEGER}, ["id"]), *[record("s", {"id": 1})] * 2)
    warehouse.load(*messages, load_method="append-only")
    with pytest.raises(LoadError, match="with load_method overwrite"):
        warehouse.load(*messages)
    assert warehouse.values("select id from raw.s") == [1, 1]
    warehouse.load(*messages, load_method="overwrite")
    assert warehouse.values("select id from raw.s") == [1]


@pytest.mark.parametrize("kind", ["RECORD", "ACTIVATE_VERSION"])
def test_a_version_beyond_64_bits_is_named(kind: str) -> None:
    message = {"type": kind, "stream": "s", "record": {"id": 1}, "version": 2**63}
    with pytest.raises(LoadError, match=r"Line 2 .* is no Singer message: .*version"):
        load_nowhere(schema("s", {"id": INTEGER}), message)


def test_a_batch_file_that_is_damaged_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    data = bytearray(gzip.compress(b'{"id": 1}\n' * 1000))
    data[12:20] = b"\xff" * 8
    path = tmp_path / "1.jsonl.gz"
    path.write_bytes(data)
    message = {
        "type": "BATCH",
        "stream": "s",
        "encoding": {"format": "jsonl", "compression": "gzip"},
        "manifest": [path.as_uri()],
    }
    with pytest.raises(LoadError, match=r'file "1\.jsonl\.gz" cannot be read'):
        warehouse.load(schema("s", {"id": INTEGER}), message)
