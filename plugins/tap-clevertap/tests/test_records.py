"""From CleverTap's records to Singer's."""

from __future__ import annotations

import json
import random
from hashlib import blake2b
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.typing import DEFAULT_JSONSCHEMA_VALIDATOR
from tap_running import DAY, EVERY_STREAM, Output, config, event, sync
from test_profiles import PROFILES
from test_reports import MESSAGES

from tap_clevertap.clock import occurred_at
from tap_clevertap.errors import AnswerError
from tap_clevertap.keys import Duplicates, canonical

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fake_clevertap import FakeClevertap


def keys(output: Output) -> list[str]:
    return sorted(e["event_key"] for e in output.events)


def read(api: FakeClevertap, *records: bytes | dict[str, Any], **settings: object) -> Output:
    api.events.clear()
    api.add("Charged", DAY, *records)
    return sync(config(api, **settings))


def test_an_event_carries_what_the_contract_says(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event(1, new_field={"a": [1]}, other=None))
    output = sync(config(api))
    (record,) = output.events
    (row,) = output.records("events_reads")
    assert len(record.pop("event_key")) == 32
    assert record == {
        "event_name": "Charged",
        "event_date": "2026-10-31",
        "occurred_at": "2026-10-31T04:45:01+00:00",
        "ts": 20261031101501,
        "object_id": "device-1",
        "profile": {"objectId": "device-1", "platform": "Android"},
        "session_props": {"utm_source": "google"},
        "event_props": {"Order Id": 1, "Amount": 12.5},
        "extra_fields": {"new_field": {"a": [1]}, "other": None},
        "read_at": row["read_at"],
    }
    assert row == {
        "event_name": "Charged",
        "event_date": "2026-10-31",
        "read_at": row["read_at"],
        "rows": 1,
    }


def test_what_is_missing_or_odd_is_not_lost(api: FakeClevertap) -> None:
    odd = b'{"ts":20261031101500,"profile":"?","event_props":null,"session_props":[1]}'
    bare = b'{"ts":20261031101500}'
    number = b'{"ts":20261031101500,"profile":{"objectId":12}}'
    nested = b'{"ts":20261031101500,"profile":{"objectId":{"a":1}}}'
    first, second, third, fourth = read(api, odd, bare, number, nested).events
    assert first["extra_fields"] == {"profile": "?", "session_props": [1]}
    assert first["profile"] is first["session_props"] is first["event_props"] is None
    assert second["extra_fields"] is second["object_id"] is second["profile"] is None
    assert third["object_id"] == "12"
    assert third["profile"] == {"objectId": 12}
    assert fourth["object_id"] is None
    assert fourth["profile"] == {"objectId": {"a": 1}}


def test_nested_values_arrive_as_they_were_written(api: FakeClevertap) -> None:
    props = b'{ "n":1.10,"big":123456789012345678901234567890,"e":1e400,"z":-0,\n"\\u0041":"\\/"}'
    record = b'{"ts":20261031101500,"event_props":%b,"profile":{"df":{"x":0.1000}}}' % props
    output = read(api, record)
    line = next(line for line in output.lines if '"stream":"events",' in line and "RECORD" in line)
    assert props.replace(b"\n", b" ").decode() in line
    assert '{"df":{"x":0.1000}}' in line


def test_half_a_surrogate_pair_becomes_a_replacement_character(api: FakeClevertap) -> None:
    props = rb'{"a":"x\ud83dy","b":"\ud83d\ude00","c":"\\ud83d","d":"\udE00"}'
    (record,) = read(api, b'{"ts":20261031101500,"event_props":%b}' % props).events
    assert record["event_props"] == {
        "a": "x\ufffdy",
        "b": "\U0001f600",
        "c": "\\ud83d",
        "d": "\ufffd",
    }


@pytest.mark.parametrize(
    "ts", [b'"x"', b"20261331101500", b"2026", b"null", b"-2026103110150", b"1.5"]
)
def test_a_bad_ts_is_a_named_error(api: FakeClevertap, ts: bytes) -> None:
    with pytest.raises(AnswerError, match=rf"'Charged' on 2026-10-31 .*ts is {ts.decode()}"):
        read(api, b'{"ts":%b}' % ts)


def test_a_record_that_is_no_object_is_a_named_error(api: FakeClevertap) -> None:
    with pytest.raises(AnswerError, match="'Charged' on 2026-10-31"):
        read(api, b"[1]")


def test_an_event_of_another_day_keeps_its_slices_day(api: FakeClevertap) -> None:
    (record,) = read(api, event(1, ts=20261030235959)).events
    assert record["event_date"] == "2026-10-31"
    assert record["occurred_at"] == "2026-10-30T18:29:59+00:00"


@pytest.mark.parametrize(
    ("ts", "zone", "expected"),
    [
        (b"20261031053000", "Asia/Kolkata", "2026-10-31T00:00:00+00:00"),
        (b"20261025013000", "Europe/London", "2026-10-25T00:30:00+00:00"),  # twice: the first
        (b"20260329013000", "Europe/London", "2026-03-29T01:30:00+00:00"),  # never: as before
        (b"20261101013000", "America/New_York", "2026-11-01T05:30:00+00:00"),
        (b"20260308023000", "America/New_York", "2026-03-08T07:30:00+00:00"),
        (b"20261004021500", "Australia/Lord_Howe", "2026-10-03T15:45:00+00:00"),
        (b"20240229235959", "UTC", "2024-02-29T23:59:59+00:00"),
    ],
)
def test_local_times_become_utc(ts: bytes, zone: str, expected: str) -> None:
    assert occurred_at(ts, ZoneInfo(zone)) == expected


def test_keys_do_not_depend_on_the_order_of_pages_or_properties(api: FakeClevertap) -> None:
    records = [event(n) for n in range(20)]
    expected = keys(read(api, *records))
    assert len(set(expected)) == 20
    shuffled = [
        {k: dict(reversed(v.items())) if isinstance(v, dict) else v for k, v in r.items()}
        for r in random.Random(4).sample(records, 20)  # noqa: S311  # an order, no secret
    ]
    api.page_size = 3
    assert keys(read(api, *shuffled)) == expected


def test_the_profile_is_no_part_of_the_key(api: FakeClevertap) -> None:
    changed = event(1, profile={"objectId": "device-1", "identity": "known by now"})
    assert keys(read(api, event(1))) == keys(read(api, changed))


@pytest.mark.parametrize(
    "change",
    [
        {"profile": {"objectId": "other"}},
        {"profile": {}},
        {"ts": 20261031101502},
        {"event_props": {"Order Id": "1", "Amount": 12.5}},
        {"event_props": {"Order Id": 1, "Amount": 12.50001}},
        {"session_props": {}},
        {"session_props": None},
    ],
)
def test_whatever_makes_an_event_another_one_makes_another_key(
    api: FakeClevertap, change: dict[str, Any]
) -> None:
    assert keys(read(api, event(1))) != keys(read(api, {**event(1), **change}))


def test_exact_duplicates_are_kept_apart(api: FakeClevertap) -> None:
    api.page_size = 3
    first = keys(read(api, *[event(1)] * 4, event(2)))
    assert len(set(first)) == 5
    again = keys(read(api, event(2), *[event(1)] * 4))
    assert again == first
    # Another day or event starts its own count.
    assert keys(read(api, event(1)))[0] in first


def test_keys_stay_as_they_are(api: FakeClevertap) -> None:
    """A key of today is a key of tomorrow: tables hold them."""
    hashed = (
        b'["Charged","device-1",20261031101501,{"Amount":12.5,"Order Id":1},'
        b'{"utm_source":"google"}]'
    )
    expected = [blake2b(hashed + n, digest_size=16).hexdigest() for n in (b"0", b"1")]
    assert keys(read(api, event(1), event(1))) == sorted(expected)


@given(st.lists(st.binary(min_size=16, max_size=16) | st.sampled_from([bytes(16), b"a" * 16])))
def test_duplicates_are_counted_as_a_counter_would(digests: list[bytes]) -> None:
    duplicates = Duplicates()
    seen: dict[bytes, int] = {}
    for digest in digests:
        assert duplicates.ordinal(digest) == seen.get(digest, 0)
        seen[digest] = seen.get(digest, 0) + 1


def test_a_digest_across_two_neighbours_is_none() -> None:
    duplicates = Duplicates()
    assert duplicates.ordinal(b"ab" + b"x" * 14) == 0
    assert duplicates.ordinal(b"ab" + b"x" * 13 + b"y") == 0
    assert duplicates.ordinal(b"abxxxxxxxxxxxxxx") == 1
    straddling = Duplicates()
    straddling.ordinal(b"aa" * 7 + b"ab")
    straddling.ordinal(b"aaab" + b"c" * 12)
    assert straddling.ordinal(b"aab" + b"aaab" + b"c" * 9) == 0


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_canonical_json_means_the_same(value: object) -> None:
    text = canonical(json.dumps(value).encode())
    assert json.loads(text) == value
    assert canonical(json.dumps(value, indent=2, sort_keys=True).encode()) == text


def test_numbers_keep_their_spelling_in_canonical_json() -> None:
    assert canonical(b'{"b":1.10,"a":1e400}') == b'{"a":1e400,"b":1.10}'


def values(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in r.items() if k != "read_at"} for r in records]


def test_the_sdks_path_gives_the_same_records(api: FakeClevertap) -> None:
    records = [event(n, new_field=[n, 1.10]) for n in range(7)]
    fast = read(api, *records)
    mapped = read(
        api, *records, stream_maps={"events": {"copy": "event_name"}}, stream_map_config={}
    )
    records = mapped.events
    for record in records:
        assert record.pop("copy") == "Charged"
    assert values(records) == values(fast.events)
    assert mapped.records("events_reads")[0]["rows"] == 7
    assert any('"new_field":[1,1.1' in line for line in mapped.lines)


def test_a_deselected_property_is_not_written(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event(1))
    output = sync(config(api), without=["profile", "extra_fields"])
    (record,) = output.events
    assert "profile" not in record
    assert record["event_props"] == {"Order Id": 1, "Amount": 12.5}
    (schema,) = [
        m["schema"] for m in output.messages if m["type"] == "SCHEMA" and m["stream"] == "events"
    ]
    assert "profile" not in schema["properties"]


def test_flattening_goes_through_the_sdk(api: FakeClevertap) -> None:
    settings = {"flattening_enabled": True, "flattening_max_depth": 1}
    (record,) = read(api, event(1), **settings).events
    assert record["event_name"] == "Charged"


def test_reads_without_their_stream_are_not_written(api: FakeClevertap) -> None:
    output = sync(config(api), streams=["events_reads"])
    assert output.records("events_reads") == []
    assert not api.posts


def test_events_without_their_reads(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event(1))
    output = sync(config(api), streams=["events"])
    assert len(output.events) == 1
    assert {m.get("stream") for m in output.messages} == {None, "events"}


def test_event_names_come_from_the_schema(api: FakeClevertap) -> None:
    api.schema["events"] = [{"name": "A"}, {"name": "B", "type": "custom"}, "C"]
    settings = config(api)
    del settings["event_names"]
    sync(settings)
    assert {post["event_name"] for post in api.posts} == {"A", "B", "C"}


def test_schemas_are_read(api: FakeClevertap) -> None:
    api.schema["events"] = [{"name": "A"}, {"name": "B", "type": "custom"}]
    api.schema["userProperties"] = [{"name": "city", "dataType": "STRING"}]
    output = sync(config(api), streams=["event_schema", "user_properties"])
    rows = output.records("event_schema") + output.records("user_properties")
    assert [(row["name"], row["attributes"]) for row in rows] == [
        ("A", {}),
        ("B", {"type": "custom"}),
        ("city", {"dataType": "STRING"}),
    ]


def test_records_fit_their_schema(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event(1, x=1), b'{"ts":20261031101500}')
    api.profiles[("App Launched", DAY)] = PROFILES
    api.reports.messages[str(DAY)] = MESSAGES
    api.reports.add_campaign(7, DAY, {"sent": 3})
    api.schema = {"events": [{"name": "A"}], "userProperties": [{"name": "p"}]}
    output = sync(config(api), streams=EVERY_STREAM)
    schemas = {m["stream"]: m["schema"] for m in output.messages if m["type"] == "SCHEMA"}
    assert set(schemas) == set(EVERY_STREAM)
    for stream, schema in schemas.items():
        validator = DEFAULT_JSONSCHEMA_VALIDATOR(
            schema, format_checker=DEFAULT_JSONSCHEMA_VALIDATOR.FORMAT_CHECKER
        )
        rows = output.records(stream)
        assert rows, stream
        for row in rows:
            validator.validate(row)
            assert set(row) == set(schema["properties"])
