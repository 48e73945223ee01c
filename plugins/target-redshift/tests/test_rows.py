"""Which rows a table holds after which messages."""

# ruff: noqa: S608 - queries are of names that the tests choose
from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from target_running import Warehouse, load_nowhere, raw_record, record, schema, state

from target_redshift.errors import InputError, LoadError, NullKeyError, RecordBeforeSchemaError

ID = {"id": {"type": "integer"}}
TEXT = {"type": ["string", "null"]}
INSTANT = {"type": "string", "format": "date-time"}
USERS = schema("users", {**ID, "name": TEXT}, ["id"])
SIX_FORTY_SEVEN = datetime(2026, 11, 22, 6, 47, tzinfo=UTC)


def user(number: int, name: str, **more: object) -> dict[str, Any]:
    return record("users", {"id": number, "name": name}, **more)


def quoted(name: str) -> str:
    return f'"{name}"'


def users(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    """The table's rows; none if it is not there."""
    if "users" not in warehouse.tables():
        return []
    return warehouse.query("select id, name from raw.users order by id, name")


class TestKeys:
    def test_the_last_record_of_a_key_wins_in_a_batch(self, warehouse: Warehouse) -> None:
        warehouse.load(USERS, user(1, "a"), user(2, "b"), user(1, "c"), user(1, "d"))
        assert users(warehouse) == [(1, "d"), (2, "b")]

    def test_the_last_record_of_a_key_wins_across_batches(self, warehouse: Warehouse) -> None:
        messages = [user(n % 7, f"{n}") for n in range(50)]
        warehouse.load(USERS, *messages, batch_size_rows=3)
        assert users(warehouse) == [
            (n % 7, f"{n}") for n in sorted(range(43, 50), key=lambda n: n % 7)
        ]

    def test_the_last_record_of_a_key_wins_across_runs(self, warehouse: Warehouse) -> None:
        warehouse.load(USERS, user(1, "a"), user(2, "b"))
        warehouse.load(USERS, user(2, "c"), user(3, "d"), user(2, "e"))
        assert users(warehouse) == [(1, "a"), (2, "e"), (3, "d")]

    def test_composite_keys(self, warehouse: Warehouse) -> None:
        parts = {"a": {"type": "string"}, "b": {"type": "number"}, "c": {"type": "integer"}}
        composite = schema("parts", parts, ["a", "b"])
        warehouse.load(composite, *(record("parts", {"a": a, "b": 1, "c": 0}) for a in "xy"))
        warehouse.load(composite, record("parts", {"a": "x", "b": 1, "c": 5}))
        assert warehouse.query("select a, c from raw.parts order by a") == [("x", 5), ("y", 0)]

    def test_one_value_in_two_spellings_is_one_key(self, warehouse: Warehouse) -> None:
        keyed = schema("s", {"at": INSTANT, "n": {"type": "number"}, "v": TEXT}, ["at", "n"])
        first = raw_record("s", '{"at": "2026-11-22T12:17:00+05:30", "n": 1.50, "v": "a"}')
        second = raw_record("s", '{"at": "2026-11-22T06:47:00.000Z", "n": 15e-1, "v": "b"}')
        third = raw_record("s", '{"at": "2026-11-22 06:47:00", "n": 1.5, "v": "c"}')
        warehouse.load(keyed, first, second)
        assert warehouse.values("select v from raw.s") == ["b"]
        warehouse.load(keyed, first, second, third)
        assert warehouse.values("select v from raw.s") == ["c"]

    @pytest.mark.parametrize("values", [{"name": "x"}, {"id": None, "name": "x"}])
    def test_a_null_key_is_refused(self, warehouse: Warehouse, values: dict[str, Any]) -> None:
        with pytest.raises(NullKeyError, match=r'Line 3 .* stream "users".*"id" has no value'):
            warehouse.load(USERS, user(1, "a"), record("users", values))
        assert users(warehouse) == []

    def test_a_stream_without_a_key_appends(self, warehouse: Warehouse) -> None:
        keyless = schema("users", {**ID, "name": TEXT})
        warehouse.load(keyless, user(1, "a"), user(1, "a"))
        warehouse.load(keyless, user(1, "a"))
        assert users(warehouse) == [(1, "a")] * 3

    def test_append_only_adds_all(self, warehouse: Warehouse) -> None:
        warehouse.load(USERS, user(1, "a"))
        warehouse.load(USERS, user(1, "b"), user(1, "c"), load_method="append-only")
        assert users(warehouse) == [(1, "a"), (1, "b"), (1, "c")]

    def test_a_key_that_changes(self, postgres_warehouse: Warehouse) -> None:
        warehouse = postgres_warehouse  # whose index finds that rows repeat it
        warehouse.load(USERS, user(1, "a"), user(2, "b"))
        by_name = schema("users", {**ID, "name": {"type": "string"}}, ["name"])
        warehouse.load(by_name, user(3, "a"))
        assert users(warehouse) == [(2, "b"), (3, "a")]
        warehouse.load(by_name, user(3, "c"))
        with pytest.raises(LoadError, match=r'key of stream "users" is now \(id\).*repeat it'):
            warehouse.load(USERS)

    def test_a_key_that_no_index_takes_is_named(self, postgres_warehouse: Warehouse) -> None:
        keyed = schema("s", {"k": {"type": "string"}}, ["k"])
        long = "".join(f"{n:x}" for n in range(5000))
        with pytest.raises(LoadError, match='stream "s"'):
            postgres_warehouse.load(keyed, record("s", {"k": long}))


class TestStreams:
    def test_two_hundred_interleaved_streams(self, postgres_warehouse: Warehouse) -> None:
        warehouse = postgres_warehouse  # it would take long elsewhere
        names = [f"s{n}" for n in range(200)]
        warehouse.load(
            *(schema(name, ID, ["id"]) for name in names),
            *(record(name, {"id": n}) for n in range(20) for name in names),
            *(record(name, {"id": 0}) for name in names),
            state({"done": True}),
        )
        tables = warehouse.values(
            "select tablename from pg_tables where schemaname = 'raw' and tablename like 's%'"
        )
        assert len(tables) == 200
        for name in ("s0", "s100", "s199"):
            assert warehouse.values(f"select count(*) from raw.{name}") == [20]

    def test_streams_are_told_apart_whatever_a_record_holds(self, warehouse: Warehouse) -> None:
        text = 'x", "record": {"stream": "b"}'
        warehouse.load(
            schema("a", {**ID, "stream": TEXT, "record": TEXT}),
            schema("b", {**ID, "stream": TEXT, "record": TEXT}),
            '{"record": {"id": 1, "stream": "b"}, "stream": "a", "type": "RECORD"}',
            '{"type":"RECORD","stream":"b","record":{"id":2,"record":"a"}}',
            '{"record": {"id": 3, "stream": "a"}, "type": "RECORD", "stream": "b"}',
            '{"stream": "a", "time_extracted": "2026-11-22T06:47:00Z", "type": "RECORD",'
            ' "record": {"id": 4}, "later": {"stream": "b"}}',
            record("a", {"id": 5, "stream": text, "record": text}),
        )
        assert warehouse.values("select id from raw.a order by id") == [1, 4, 5]
        assert warehouse.values("select id from raw.b order by id") == [2, 3]
        assert warehouse.values("select stream from raw.a where id = 5") == [text]

    def test_two_streams_never_share_a_table(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match='"a-b" and "a_b" would share the table'):
            warehouse.load(schema("a-b", ID), schema("a_b", ID))
        with pytest.raises(LoadError, match=r'"a-b" and "a\.b" would share the table'):
            warehouse.load(schema("a.b", ID))

    def test_hostile_names(self, warehouse: Warehouse) -> None:
        hostile = [
            'a"b',
            "a'; drop schema raw; --",
            "a b",
            "select",
            "ctid",
            "%s",
            "{x}",
            "a\\b",
            "tab\there",
            "ключ",
            "x" * 200,
            "",
            "_sdc_sequence",
            "A",
            "a:",
        ]
        stream = 'Robert"); drop table users; --'
        properties = {name: {"type": ["integer", "null"]} for name in hostile}
        values = {name: number for number, name in enumerate(hostile)}
        warehouse.load(schema(stream, properties, [hostile[1]]), record(stream, values))
        warehouse.load(schema(stream, properties, [hostile[1]]), record(stream, values))
        table = "robert____drop_table_users____"
        found = warehouse.described(table).items()
        columns = {source or "": name for name, (_, source) in found if source or name == "_"}
        assert set(columns) == set(hostile)
        assert warehouse.tables()[table] == f"Singer stream: {stream}"
        [row] = warehouse.query(
            f"select {', '.join(map(quoted, columns.values()))} from raw.{table}"
        )
        assert dict(zip(columns, row, strict=True)) == values

    def test_a_thousand_columns(self, warehouse: Warehouse) -> None:
        properties = {f"c{n}": {"type": ["boolean", "null"]} for n in range(1000)}
        warehouse.load(schema("s", properties), record("s", dict.fromkeys(properties, True)))
        assert warehouse.values("select count(*) from raw.s where c0 and c999") == [1]
        assert len(warehouse.columns("s")) == 1000

    def test_a_row_larger_than_a_page_is_named(self, postgres_warehouse: Warehouse) -> None:
        properties = {f"c{n}": {"type": "integer"} for n in range(1000)}
        full = record("s", dict.fromkeys(properties, 2**60))
        with pytest.raises(LoadError, match=r'stream "s", lines 2 to 2 .*row is too big'):
            postgres_warehouse.load(schema("s", properties), full)

    def test_more_columns_than_a_table_can_have_are_named(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match=r'stream "s".*at most 1600 columns'):
            warehouse.load(schema("s", {f"c{n}": TEXT for n in range(1700)}))

    def test_a_stream_without_columns(self, warehouse: Warehouse) -> None:
        warehouse.load(schema("s", {}), record("s", {}), record("s", {}))
        assert warehouse.values("select count(*) from raw.s") == [2]

    def test_an_empty_stream_has_its_table(self, warehouse: Warehouse) -> None:
        assert warehouse.load(USERS) == []
        assert users(warehouse) == []
        assert warehouse.columns("users") == warehouse.spelled(id="bigint", name="text")

    def test_without_metadata(self, warehouse: Warehouse) -> None:
        deletable = {**ID, "_sdc_deleted_at": {**INSTANT, "type": ["string", "null"]}}
        warehouse.load(
            schema("a", ID, ["id"]),
            record("a", {"id": 1}),
            schema("b", deletable, ["id"]),
            record("b", {"id": 1}, time_extracted="2026-11-22T06:47:00Z", version=3),
            add_record_metadata=False,
        )
        assert warehouse.query("select * from raw.a") == [(1,)]
        assert warehouse.query("select * from raw.b") == [(1, None)]


class TestMetadata:
    def test_columns(self, warehouse: Warehouse) -> None:
        warehouse.load(USERS, user(1, "a", time_extracted="2026-11-22T12:17:00+05:30", version=7))
        [row] = warehouse.query(
            "select _sdc_extracted_at, _sdc_table_version, _sdc_deleted_at, _sdc_meta,"
            " _sdc_received_at, _sdc_batched_at, _sdc_sequence, _sdc_sync_started_at from raw.users"
        )
        assert row[:4] == (SIX_FORTY_SEVEN, 7, None, None)
        moments = [*row[4:6], *(datetime.fromtimestamp(each / 1000, UTC) for each in row[6:])]
        now = datetime.now(UTC)
        assert all(now - timedelta(minutes=1) < each <= now for each in moments)

    def test_the_source_may_say_that_a_record_is_deleted(self, warehouse: Warehouse) -> None:
        at = "2026-11-22T06:47:00Z"
        declared = schema("b", {**ID, "_sdc_deleted_at": INSTANT}, ["id"])
        warehouse.load(
            USERS,
            record("users", {"id": 1, "_sdc_deleted_at": at}),
            declared,
            record("b", {"id": 1, "_sdc_deleted_at": at}),
        )
        for table in ("users", "b"):
            query = f"select _sdc_deleted_at, _sdc_meta from raw.{table}"
            assert warehouse.query(query) == [(SIX_FORTY_SEVEN, None)]

    def test_a_time_extracted_that_is_none_is_named(self, warehouse: Warehouse) -> None:
        with pytest.raises(LoadError, match="time_extracted: 'soon' is no date-time"):
            warehouse.load(USERS, user(1, "a", time_extracted="soon"))


class TestInput:
    def test_nothing_and_state_alone(self, warehouse: Warehouse) -> None:
        assert warehouse.load() == []
        assert warehouse.load(state({"a": 1}), state({"a": 2})) == [{"a": 2}]

    def test_blank_lines_bom_and_line_ends(self, warehouse: Warehouse) -> None:
        lines = [json.dumps(each) for each in (USERS, user(1, "a"), state({"x": 1}))]
        data = "\ufeff" + "\r\n\r\n  \n".join(lines)
        assert warehouse.load_bytes(data.encode()) == [{"x": 1}]
        assert users(warehouse) == [(1, "a")]

    def test_a_last_line_without_an_end(self, warehouse: Warehouse) -> None:
        data = "\n".join(json.dumps(each) for each in (USERS, user(1, "a")))
        warehouse.load_bytes(data.encode())
        assert users(warehouse) == [(1, "a")]

    def test_a_truncated_last_line(self, warehouse: Warehouse) -> None:
        data = "\n".join(json.dumps(each) for each in (USERS, state({}), user(1, "a")))
        with pytest.raises(InputError, match="Line 3 of the input is no JSON"):
            warehouse.load_bytes(data[:-5].encode())
        assert users(warehouse) == []

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ("hello", "Line 2 of the input is no JSON .*'hello'"),
            ("[1]", "Line 2 of the input is no Singer message"),
            ('{"a": 1}', "Line 2 of the input is no Singer message"),
            ('{"type": "HELLO"}', "Line 2 of the input is a message of the unknown type 'HELLO'"),
            (b'{"type": "STATE", "value": "\xff"}', "Line 2 of the input is no valid UTF-8"),
            ('{"type": "STATE", "value": NaN}', 'Line 2 .* property "value": NaN'),
            ('{"type": "SCHEMA", "schema": {"properties": {}}}', "SCHEMA without a stream"),
            (schema("x", {}, ["id"]), 'key of stream "x" names "id"'),
            ({"type": "SCHEMA", "stream": "x", "schema": {}}, 'stream "x" has no "properties"'),
            ({"type": "SCHEMA", "stream": "x"}, 'stream "x" has no "properties"'),
            (schema("x", {}) | {"key_properties": "id"}, "no list of names"),
            ('{"type": "RECORD", "stream": "users", "record": [1]}', "no JSON object"),
            ('{"type": "RECORD", "stream": "users"}', "no JSON object"),
            ({"type": "ACTIVATE_VERSION", "stream": "users"}, "without a version"),
            ({"type": "BATCH", "stream": "users"}, "Line 2 of the input is a BATCH that cannot"),
        ],
    )
    def test_bad_lines_are_named(self, line: str | bytes | dict[str, Any], told: str) -> None:
        with pytest.raises(LoadError, match=told):
            load_nowhere(USERS, line, user(1, "a"))

    @pytest.mark.parametrize("kind", ["RECORD", "ACTIVATE_VERSION", "BATCH"])
    def test_a_message_before_its_schema(self, kind: str) -> None:
        message = {"type": kind, "stream": "s", "record": {}, "version": 1}
        with pytest.raises(RecordBeforeSchemaError, match=f'Line 1 .* a {kind} of stream "s"'):
            load_nowhere(message)

    def test_a_long_value_is_shortened_in_the_error(self) -> None:
        with pytest.raises(LoadError) as raised:
            load_nowhere(USERS, record("users", {"id": "x" * 10_000}))
        assert len(str(raised.value)) < 400


class TestStates:
    def test_a_state_comes_after_the_commit_of_what_was_before_it(
        self, warehouse: Warehouse
    ) -> None:
        messages = [each for n in range(5) for each in (user(n, "a"), state({"n": n}))]
        with pytest.raises(InputError):
            warehouse.load(USERS, *messages, "no json")
        assert users(warehouse) == []
        states = warehouse.load(USERS, *messages, batch_size_rows=2)
        assert states[-1] == {"n": 4}
        assert [each["n"] for each in states] == sorted({each["n"] for each in states})

    def test_a_state_comes_out_as_it_went_in(
        self, warehouse: Warehouse, capsys: pytest.CaptureFixture[str]
    ) -> None:
        value = '{"a": 1.50, "é": "\\u00e9", "big": 123456789012345678901234567890}'
        assert warehouse.load(f'{{"type": "STATE", "value": {value}}}') == [json.loads(value)]
        assert capsys.readouterr().out == ""
