"""What might hide behind something else, and would be lost without a word."""

from __future__ import annotations

import gzip
import json
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


@pytest.mark.parametrize(
    ("line", "twice"),
    [
        ('{"type": "RECORD", "stream": "s", "record": {"id": 1}, "record": {"id": 2}}', "record"),
        (r'{"type": "RECORD", "stream": "s", "record": {"id": 1}, "r\u0065cord": {}}', "record"),
        ('{"type": "RECORD", "stream": "t", "stream": "s", "record": {"id": 1}}', "stream"),
        ('{"type": "RECORD", "stream": "s", "record": {"id": 1}, "stream": "s"}', "stream"),
        ('{"type": "STATE", "type": "RECORD", "stream": "s", "record": {"id": 1}}', "type"),
        ('{"type": "RECORD", "stream": "s", "record": {}, "version": 1, "version": 2}', "version"),
        ('{"type": "STATE", "value": {"a:b": ":"}, "value": {}}', "value"),
        ('{"type": "SCHEMA", "stream": "s", "schema": {}, "schema": {}}', "schema"),
    ],
)
def test_a_message_that_can_be_read_in_two_ways_is_refused(line: str, twice: str) -> None:
    with pytest.raises(LoadError, match=f"Line 3 of the input has '{twice}' more than once"):
        load_nowhere(schema("s", {"id": INTEGER}), record("s", {"id": 0}), line)


def test_of_a_nested_property_that_comes_twice_the_last_one_counts(
    postgres_warehouse: Warehouse,
) -> None:
    """As jsonb keeps it; the README says that this alone is not noted."""
    warehouse = postgres_warehouse
    values = '{"o": {"a": 1, "b": {"c": 1, "c": 2}, "a": 3}}'
    warehouse.load(schema("s", {"o": {"type": "object"}}), raw_record("s", values))
    assert warehouse.query("select o, _sdc_meta from raw.s") == [({"a": 3, "b": {"c": 2}}, None)]


@pytest.mark.parametrize("broken", [r"\u0000", r"\ud800"])
@pytest.mark.parametrize(
    "line",
    [
        '{"type": "SCHEMA", "stream": "s%s", "schema": {"properties": {}}}',
        '{"type": "RECORD", "stream": "s%s", "record": {}}',
    ],
)
def test_a_stream_whose_name_no_database_takes_is_refused(line: str, broken: str) -> None:
    with pytest.raises(LoadError, match="stream whose name holds a NUL or a lone surrogate"):
        load_nowhere(schema("s", {"id": INTEGER}), line % broken)


def test_two_properties_whose_names_no_database_takes_are_noted(warehouse: Warehouse) -> None:
    names = r'"a\u0000": 1, "a\ud800": 2'
    warehouse.load(schema("s", {"a\ufffd": INTEGER}), raw_record("s", f"{{{names}}}"))
    assert warehouse.query("select a_, _sdc_meta from raw.s") == [
        (2, {"duplicate_properties": ["a\ufffd"]})
    ]


class TestKeysCalledLikeMetadata:
    def test_the_one_that_the_source_may_fill_cannot_be_a_key(self, warehouse: Warehouse) -> None:
        keyed = schema("s", {"_sdc_deleted_at": INSTANT}, ["_sdc_deleted_at"])
        with pytest.raises(LoadError, match=r'key of stream "s" names "_sdc_deleted_at"'):
            warehouse.load(keyed)
        at = record("s", {"_sdc_deleted_at": "2026-11-22T06:47:00Z"})
        warehouse.load(keyed, at, at, add_record_metadata=False)
        assert warehouse.values("select count(*) from raw.s") == [1]

    @pytest.mark.parametrize("name", ["_sdc_sequence", "_SDC_DELETED_AT", "_sdc_Meta"])
    def test_all_others_get_a_column_of_their_own(self, warehouse: Warehouse, name: str) -> None:
        keyed = schema("s", {name: INTEGER, "v": INTEGER}, [name])
        for value in (1, 2):
            warehouse.load(
                keyed, record("s", {name: 5, "v": 0}), record("s", {name: 5, "v": value})
            )
        column = f"{name.lower()}_2"
        assert warehouse.query(f"select {column}, v, {name.lower()} is null from raw.s") == [  # noqa: S608
            (5, 2, name != "_sdc_sequence")
        ]


class TestNestedNumbers:
    """What a number column refuses by name, only the database can refuse inside of JSON."""

    ENGINES = ("postgres",)
    KEYED = schema("s", {"id": INTEGER, "a\tb": TEXT, "flag": {}, "o": {"type": "object"}}, ["id"])

    def good(self, number: int) -> str:
        return raw_record("s", f'{{"id": {number}, "o": {{"n": 1e400}}}}')

    def bad(self, number: int, exponent: str) -> str:
        text = r'"a\tb": "\\ \n \"None\"", "flag": true'
        return raw_record("s", f'{{"id": {number}, {text}, "o": {{"n": {exponent}}}}}')

    @pytest.mark.parametrize("exponent", ["1e200000", "1e-20000"])
    @pytest.mark.parametrize("staged", [False, True])
    def test_the_record_is_named(
        self, warehouse: Warehouse, exponent: str, *, staged: bool
    ) -> None:
        if staged:
            warehouse.load(self.KEYED, self.good(1))
        messages = (self.good(1), self.good(2), self.bad(7, exponent), self.good(3))
        with pytest.raises(LoadError, match=r"lines 2 to 5 .*record id='7'\): column \"o\": value"):
            warehouse.load(self.KEYED, *messages)
        assert warehouse.values("select count(*) from raw.s") == [int(staged)]

    @pytest.mark.parametrize("key", [["id"], []])
    @pytest.mark.parametrize("staged", [False, True])
    def test_it_is_put_aside(self, warehouse: Warehouse, key: list[str], *, staged: bool) -> None:
        keyed = self.KEYED | {"key_properties": key}
        quarantine = {"on_invalid_record": "quarantine", "max_rejected": 3}
        if staged:
            warehouse.load(keyed, self.good(9))
        messages = [
            *(self.bad(7, "1e200000"), self.good(1), self.bad(8, "1e-20000"), self.good(2)),
            raw_record("s", '{"id": "x"}'),
        ]
        warehouse.load(keyed, *messages, **quarantine)
        expected = [1, 2, 9] if staged else [1, 2]
        assert warehouse.values("select id from raw.s order by 1") == expected
        rejected = warehouse.query("select record, reason, line_number from raw.s__rejected")
        [other, *refused] = sorted(rejected, key=lambda row: row[2] is None)
        assert other[2] == 6
        told = 'the database refuses it (column "o": value overflows numeric format), from lines 2 '
        assert [reason for _, reason, _ in refused] == [f"{told}to 6 of the input"] * 2
        records = sorted((json.loads(text) for text, *_ in refused), key=lambda each: each["id"])
        for found, number in zip(records, (7, 8), strict=True):
            del found["o"]
            assert found == {"id": number, "a\tb": '\\ \n "None"', "flag": True}
        with pytest.raises(LoadError, match=r"3 invalid records .* max_rejected \(2\)"):
            warehouse.load(keyed, *messages, **quarantine | {"max_rejected": 2})
