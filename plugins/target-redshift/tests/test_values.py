"""What becomes of each kind of value, from the line to the row in the database."""

# ruff: noqa: S608 - queries are of names that the tests choose
from __future__ import annotations

import json
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

import pytest
from target_running import Warehouse, load_nowhere, raw_record, record, schema

from target_redshift.errors import LoadError

TYPES: dict[str, Any] = {
    "text": {"type": ["string", "null"]},
    "whole": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "flag": {"type": ["boolean", "null"]},
    "at": {"type": ["string", "null"], "format": "date-time"},
    "day": {"type": ["string", "null"], "format": "date"},
    "clock": {"type": ["string", "null"], "format": "time"},
    "object": {"type": ["object", "null"]},
    "array": {"type": ["array", "null"]},
    "open": {},
    "mixed": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
}
MICRO = datetime(2026, 11, 22, 6, 47, 0, 123456, UTC)


def load_one(warehouse: Warehouse, name: str, value: str, cast: str = "") -> object:
    warehouse.load(
        schema("s", {"id": {"type": "integer"}, **TYPES}, ["id"]),
        raw_record("s", f'{{"id": 1, "{name}": {value}}}'),
    )
    return warehouse.values(f'select "{name}"{cast} from raw.s')[0]


def test_every_type_has_its_column(warehouse: Warehouse) -> None:
    warehouse.load(schema("s", TYPES))
    assert warehouse.columns("s") == warehouse.spelled(
        text="text",
        whole="bigint",
        number="numeric",
        flag="boolean",
        at="timestamp with time zone",
        day="date",
        clock="time without time zone",
        object="jsonb",
        array="jsonb",
        open="jsonb",
        mixed="jsonb",
    )


KEPT: list[tuple[str, str, object]] = [
    ("text", '""', ""),
    ("text", '"None"', "None"),
    ("text", '"null"', "null"),
    ("text", r'"\\N"', r"\N"),
    ("text", r'"\\."', r"\."),
    ("text", r'"a\tb\nc\rd\\e\"f\/g\b\f"', 'a\tb\nc\rd\\e"f/g\b\f'),
    ("text", r'" \u00e9 \ud83d\ude42 \u003a: "', " é 🙂 :: "),
    ("text", '"%s %d {x} नमस्ते"', "%s %d {x} नमस्ते"),
    ("text", "null", None),
    ("whole", "0", 0),
    ("whole", "-0", 0),
    ("whole", "9223372036854775807", 2**63 - 1),
    ("whole", "-9223372036854775808", -(2**63)),
    ("whole", "1.0", 1),
    ("whole", "1e3", 1000),
    ("whole", "9007199254740993.0", 9007199254740993),
    ("number", "12.7", Decimal("12.7")),
    ("number", "1", Decimal(1)),
    ("number", "-0", Decimal(0)),
    ("number", "-0.0", Decimal(0)),
    ("object", '{"a": -0, "b": -0.0}', {"a": 0, "b": 0.0}),
    ("number", "1.50", Decimal("1.50")),
    (
        "number",
        "12345678901234567890123456789.123456789",
        Decimal("12345678901234567890123456789.123456789"),
    ),
    ("number", "9" * 29, Decimal("9" * 29)),
    ("number", "-0." + "9" * 9, Decimal("-0." + "9" * 9)),
    ("number", "1E-7", Decimal("1e-7")),
    ("number", "null", None),
    ("flag", "true", True),
    ("flag", "false", False),
    ("day", '"2026-11-22"', date(2026, 11, 22)),
    ("day", '"0001-01-01"', date.min),
    ("day", '"9999-12-31"', date.max),
    ("clock", '"06:47:00"', time(6, 47)),
    ("clock", '"06:47:00.5"', time(6, 47, 0, 500000)),
    ("object", '{"b": [1, {"c": null}], "a": "x\\n"}', {"b": [1, {"c": None}], "a": "x\n"}),
    ("object", "{}", {}),
    ("array", "[]", []),
    ("array", '[1, "None", null]', [1, "None", None]),
    ("open", "1", 1),
    ("open", '"text"', "text"),
    ("open", "null", None),
    ("open", "[true]", [True]),
    ("mixed", '"7"', "7"),
    ("mixed", "7", 7),
]


# More digits than a DECIMAL has (see test_redshift_limits).
KEPT_BY_POSTGRES: list[tuple[str, str, object]] = [
    ("number", "-1e-400", Decimal("-1e-400")),
    ("number", "9" * 38, Decimal("9" * 38)),
    ("number", "-0." + "9" * 38, Decimal("-0." + "9" * 38)),
    ("number", "1e400", Decimal("1e400")),
]


def test_values_stay_what_they_are(warehouse: Warehouse) -> None:
    check_kept(warehouse, KEPT)


def test_numbers_of_any_size_stay_what_they_are(postgres_warehouse: Warehouse) -> None:
    check_kept(postgres_warehouse, KEPT_BY_POSTGRES)


def check_kept(warehouse: Warehouse, kept: list[tuple[str, str, object]]) -> None:
    warehouse.load(
        schema("s", {"id": {"type": "integer"}, **TYPES}, ["id"]),
        *(
            raw_record("s", f'{{"id": {number}, "{name}": {value}}}')
            for number, (name, value, _) in enumerate(kept)
        ),
    )
    for number, (name, value, expected) in enumerate(kept):
        query = f'select "{name}" from raw.s where id = {number}'
        loaded = warehouse.values(query)[0]
        assert loaded == expected, value
        assert type(loaded) is type(expected), value


INSTANTS = {
    **dict.fromkeys(
        [
            "2026-11-22T06:47:00.123456Z",
            "2026-11-22t06:47:00.123456z",
            "2026-11-22 06:47:00.123456",
            "2026-11-22T06:47:00.123456",
            "2026-11-22T06:47:00.123456+00:00",
            "2026-11-22T06:47:00,123456Z",
            "2026-11-22T06:47:00.1234560000Z",
            "2026-11-22T12:17:00.123456+05:30",
            "2026-11-22T12:17:00.123456+0530",
            "2026-11-22 12:17:00.123456 +05:30",
            "2026-11-22T11:47:00.123456+05",
            "2026-11-21T22:47:00.123456-08:00",
        ],
        MICRO,
    ),
    "2026-11-22T06:47:00+05:30": datetime(2026, 11, 22, 1, 17, tzinfo=UTC),
    **{
        f"2026-11-22T06:47:00.{'123456'[:digits]}Z": MICRO.replace(
            microsecond=int("123456"[:digits].ljust(6, "0"))
        )
        for digits in range(1, 7)
    },
    "0001-01-01T00:00:00Z": datetime(1, 1, 1, tzinfo=UTC),
    "9999-12-31T23:59:59.999999Z": datetime.max.replace(tzinfo=UTC),
    "9999-12-31T23:59:59+05:30": datetime(9999, 12, 31, 18, 29, 59, tzinfo=UTC),
    "2026-11-22": datetime(2026, 11, 22, tzinfo=UTC),
    "2026-11-22T06:47Z": datetime(2026, 11, 22, 6, 47, tzinfo=UTC),
}


def test_an_instant_is_the_same_in_every_form(warehouse: Warehouse) -> None:
    load_instants(warehouse)
    assert dict(warehouse.query("select form, at from raw.s")) == INSTANTS


def load_instants(warehouse: Warehouse) -> None:
    warehouse.load(
        schema("s", {"form": {"type": "string"}, "at": TYPES["at"]}),
        *(record("s", {"form": text, "at": text}) for text in INSTANTS),
    )


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/St_Johns", "UTC"])
@pytest.mark.parametrize("scope", ["database {database}", "role {user} in database {database}"])
def test_an_instant_is_the_same_on_every_server(
    postgres_warehouse: Warehouse, scope: str, zone: str
) -> None:
    warehouse = postgres_warehouse
    whose = f"alter {scope.format_map(warehouse.config)}"
    try:
        warehouse.query(f"{whose} set timezone to '{zone}'")
        warehouse.query(f"{whose} set datestyle to 'SQL, DMY'")
        load_instants(warehouse)
    finally:
        warehouse.query(f"{whose} reset all")
    assert dict(warehouse.query("select form, at from raw.s")) == INSTANTS


def test_json_keeps_the_digits_of_the_source(postgres_warehouse: Warehouse) -> None:
    text = '{"a": 1.50, "b": 12345678901234567890123456789012345678, "c": 1e400}'
    expected = f'{{"a": 1.50, "b": 12345678901234567890123456789012345678, "c": 1{"0" * 400}}}'
    assert load_one(postgres_warehouse, "object", text, "::text") == expected


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("text", "1", "'1' is no string"),
        ("text", "{}", "no string"),
        ("whole", '"1"', "no number"),
        ("whole", "1.5", "'1.5' is no integer"),
        ("whole", "true", "no number"),
        ("number", '"1.5"', "no number"),
        ("number", '"NaN"', "no number"),
        ("number", "NaN", "NaN is no number in JSON"),
        ("number", "Infinity", "Infinity is no number in JSON"),
        ("number", "-Infinity", "-Infinity is no number in JSON"),
        ("object", '{"a": [NaN]}', 'property "object.a.0": NaN'),
        ("number", "1e200000", "more digits than the warehouse can keep"),
        ("number", "1e-20000", "more digits than the warehouse can keep"),
        ("flag", "1", "no boolean"),
        ("flag", '"true"', "no boolean"),
        ("at", '"yesterday"', "no date-time"),
        ("at", '""', "no date-time"),
        ("at", '"None"', "no date-time"),
        ("at", '"infinity"', "no date-time"),
        ("at", '"2026-02-30T00:00:00Z"', "no date-time"),
        ("at", '"0000-00-00 00:00:00"', "no date-time"),
        ("at", '"10000-01-01T00:00:00Z"', "no date-time"),
        ("at", '"0001-01-01T00:00:00+05:30"', "years 0001 to 9999"),
        ("at", '"2026-W47-7"', "no date-time"),
        ("at", "1795330020", "no string"),
        ("day", '"2026-02-30"', "no date"),
        ("day", '"2026-11-22T00:00:00Z"', "no date"),
        ("day", '"22.11.2026"', "no date"),
        ("clock", '"06:47:00+05:30"', "without an offset"),
        ("clock", '"25:00:00"', "without an offset"),
        ("object", "[]", "not an object"),
        ("object", '"x"', "not an object"),
        ("array", "{}", "not an array"),
    ],
)
def test_what_breaks_its_type_is_named(name: str, value: str, told: str) -> None:
    with pytest.raises(LoadError) as raised:
        load_nowhere(schema("s", TYPES), raw_record("s", f'{{"{name}": {value}}}'))
    text = str(raised.value)
    assert told in text
    assert f'property "{name}' in text
    assert 'Line 2 of the input, stream "s"' in text


def test_a_null_that_the_schema_forbids_is_named(warehouse: Warehouse) -> None:
    messages = (schema("s", {"a": {"type": "string"}}), record("s", {"a": None}))
    with pytest.raises(LoadError, match='property "a": is null, which its schema forbids'):
        warehouse.load(*messages)
    warehouse.load(*messages, validate_records=False)
    assert warehouse.values("select a from raw.s") == [None]


def test_a_required_property_that_is_missing_is_named(warehouse: Warehouse) -> None:
    messages = (schema("s", {"a": {}}, required=["a"]), record("s", {}))
    with pytest.raises(LoadError, match='its required property "a" is missing'):
        warehouse.load(*messages)
    warehouse.load(*messages, validate_records=False)
    assert warehouse.values("select a from raw.s") == [None]


def test_absent_and_null_are_both_null(warehouse: Warehouse) -> None:
    warehouse.load(
        schema("s", {"id": {"type": "integer"}, **TYPES}, ["id"]),
        record("s", {"id": 1}),
        record("s", dict.fromkeys(TYPES) | {"id": 2}),
        record("s", {"id": 3, "number": 1.5}),
    )
    columns = ", ".join(f'"{name}"' for name in TYPES if name != "number")
    rows = warehouse.query(f"select {columns} from raw.s")
    assert rows == [(None,) * (len(TYPES) - 1)] * 3
    assert warehouse.values("select number from raw.s order by id") == [None, None, Decimal("1.5")]


def test_text_none_in_a_record_that_leaves_properties_out(warehouse: Warehouse) -> None:
    warehouse.load(
        schema("s", {"a": TYPES["text"], "b": TYPES["text"]}),
        record("s", {"a": "None"}),
        record("s", {"a": "None", "b": "None"}),
    )
    assert warehouse.query("select a, b from raw.s") == [("None", None), ("None", "None")]


def test_a_string_of_a_megabyte_and_a_line_of_fifty(postgres_warehouse: Warehouse) -> None:
    postgres_warehouse.load(
        schema("s", {"a": TYPES["text"], "o": TYPES["object"]}),
        record("s", {"a": "x" * 2**20}),
        record("s", {"o": {"big": "y" * 50_000_000}}),
    )
    lengths = "select length(a), length(o ->> 'big') from raw.s"
    assert postgres_warehouse.query(lengths) == [(2**20, None), (None, 50_000_000)]


def test_nesting_of_two_hundred(warehouse: Warehouse) -> None:
    nested = '{"a":' * 200 + "1.50" + "}" * 200
    assert load_one(warehouse, "object", nested) == json.loads(nested)


def test_nesting_beyond_what_can_be_read_is_named(warehouse: Warehouse) -> None:
    with pytest.raises(LoadError, match="Line 2 of the input is nested too deeply"):
        load_one(warehouse, "object", '{"a":' * 50_000 + "1" + "}" * 50_000)


def test_spaces_between_tokens_do_no_harm(warehouse: Warehouse) -> None:
    warehouse.load(
        schema("s", {"o": TYPES["object"], "n": TYPES["number"], "t": TYPES["text"]}),
        '\t{ "type":"RECORD",\t"stream" : "s", "record":'
        '{"o" :\t{ "a"\t: 1 }, "n"\t: 2 , "t":"x"} }\r',
    )
    assert warehouse.query("select o, n, t from raw.s") == [({"a": 1}, Decimal(2), "x")]


class TestChanges:
    """What is changed in a row is noted in its `_sdc_meta`, and nothing else is."""

    def test_nothing(self, warehouse: Warehouse) -> None:
        load_one(warehouse, "text", '"plain"')
        assert warehouse.values("select _sdc_meta from raw.s") == [None]

    @pytest.mark.parametrize("broken", [r"\u0000", r"\ud800", r"\udc00", r"\ud800\u0041"])
    @pytest.mark.parametrize("name", ["text", "object"])
    def test_nul_and_lone_surrogates(self, warehouse: Warehouse, name: str, broken: str) -> None:
        value = f'"a{broken}b"' if name == "text" else f'{{"k": "a{broken}b"}}'
        loaded = load_one(warehouse, name, value)
        rest = "A" if broken.endswith("0041") else ""
        expected = f"a\ufffd{rest}b"
        assert loaded == (expected if name == "text" else {"k": expected})
        changes = warehouse.values("select _sdc_meta from raw.s")
        assert changes == [{"replaced_characters": [name]}]

    def test_an_escaped_backslash_is_no_nul(self, warehouse: Warehouse) -> None:
        assert load_one(warehouse, "text", r'"\\u0000 \\ud800"') == r"\u0000 \ud800"
        assert warehouse.values("select _sdc_meta from raw.s") == [None]
        assert load_one(warehouse, "object", r'{"a": "\\u0000"}') == {"a": r"\u0000"}

    def test_digits_finer_than_a_microsecond(self, warehouse: Warehouse) -> None:
        assert load_one(warehouse, "at", '"2026-11-22T06:47:00.123456789Z"') == MICRO
        assert warehouse.values("select _sdc_meta from raw.s") == [
            {"truncated": {"at": "2026-11-22T06:47:00.123456789Z"}}
        ]

    @pytest.mark.parametrize(
        "values",
        [
            '{"id": 1, "text": "a", "text": "b"}',
            '{"id": 1, "text": "a:", "text": "b"}',
            '{"id": 1, "text": "a", "text" : "b", "object": {"a": {"b": 1}}}',
            r'{"id": 1, "text": "\u003a", "t\u0065xt": "b"}',
            '{"id": 1, "text": 5, "text": "b"}',
        ],
    )
    def test_a_property_that_comes_twice(self, warehouse: Warehouse, values: str) -> None:
        warehouse.load(
            schema("s", {"id": {"type": "integer"}, **TYPES}, ["id"]),
            record("s", {"id": 0}),
            raw_record("s", values),
        )
        assert warehouse.query("select text, _sdc_meta from raw.s where id = 1") == [
            ("b", {"duplicate_properties": ["text"]})
        ]

    def test_a_property_that_the_schema_does_not_name(self, warehouse: Warehouse) -> None:
        warehouse.load(
            schema("s", {"id": {"type": "integer"}}, ["id"]),
            raw_record("s", '{"id": 1, "more": {"a": 1.50}}'),
        )
        changes = warehouse.values("select _sdc_meta from raw.s")
        assert changes == [{"undeclared": {"more": {"a": 1.5}}}]

    def test_a_property_that_the_schema_forbids(self, warehouse: Warehouse) -> None:
        closed = schema("s", {"id": {"type": "integer"}}, ["id"], additionalProperties=False)
        warehouse.load(closed, record("s", {"id": 1}))
        assert warehouse.values("select id from raw.s") == [1]
        with pytest.raises(LoadError, match="its schema forbids the property 'more'"):
            warehouse.load(closed, record("s", {"id": 2, "more": 1}))
