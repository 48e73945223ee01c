"""The Singer files that the loaders get."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Properties = dict[str, dict[str, object]]
TEXT: dict[str, object] = {"type": ["string", "null"]}
INTEGER: dict[str, object] = {"type": ["integer", "null"]}
NUMBER: dict[str, object] = {"type": ["number", "null"]}
BOOLEAN: dict[str, object] = {"type": ["boolean", "null"]}
OBJECT: dict[str, object] = {"type": ["object", "null"]}
DATE: dict[str, object] = {"type": ["string", "null"], "format": "date"}
MOMENT: dict[str, object] = {"type": ["string", "null"], "format": "date-time"}

# As tap-clevertap writes them: 1.1 KB, three nested objects.
EVENTS: Properties = {
    "event_key": {"type": "string"},
    "event_name": TEXT,
    "event_date": DATE,
    "occurred_at": MOMENT,
    "ts": INTEGER,
    "object_id": TEXT,
    "profile": OBJECT,
    "session_props": OBJECT,
    "event_props": OBJECT,
    "extra_fields": OBJECT,
    "read_at": MOMENT,
}
# 200 columns: eight types in turn.
WIDE_TYPES = (TEXT, INTEGER, NUMBER, BOOLEAN, DATE, MOMENT, OBJECT, TEXT)
WIDE: Properties = {
    "id": {"type": "integer"},
    **{f"column_{place:03d}": WIDE_TYPES[place % len(WIDE_TYPES)] for place in range(199)},
}
# Rows of some 290 bytes.
NARROW: Properties = {
    "id": {"type": "integer"},
    "customer_id": TEXT,
    "email": TEXT,
    "status": TEXT,
    "amount": NUMBER,
    "currency": TEXT,
    "quantity": INTEGER,
    "is_gift": BOOLEAN,
    "ordered_on": DATE,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}


def event(number: int) -> dict[str, object]:
    """One of CleverTap's events."""
    who = number % 20_000
    return {
        "event_key": hashlib.blake2b(b"%d" % number, digest_size=16).hexdigest(),
        "event_name": "Product Viewed",
        "event_date": f"2026-10-{number % 31 + 1:02d}",
        "occurred_at": f"2026-10-{number % 31 + 1:02d}T10:11:12Z",
        "ts": 20261001154112,
        "object_id": f"__g{who:032x}",
        "profile": {
            "objectId": f"__g{who:032x}",
            "platform": "Android",
            "identity": f"customer-{who:08d}",
            "all_identities": [f"customer-{who:08d}", f"person{who}@example.com"],
            "email": f"person{who}@example.com",
            "name": "Ananya शर्मा",
            "profileData": {f"property {each}": f"value {each * number}" for each in range(8)},
            "os_version": "14",
            "app_version": "4.2.0",
            "make": "Samsung",
            "model": "SM-A546E",
        },
        "session_props": {"session_source": "Others", "utm_source": "google", "utm_medium": "cpc"},
        "event_props": {
            "Product Id": f"SKU-{number % 60}",
            "Price": 199.5,
            "CT SDK Version": 70304,
            "CT Session Id": number,
            "CT Source": "Mobile",
        },
        "extra_fields": None,
        "read_at": "2026-11-01T00:00:00.123456Z",
    }


def wide(number: int) -> dict[str, object]:
    """A record of 200 columns, one value in ten missing."""
    samples: tuple[object, ...] = (
        f"text {number} with some words",
        number * 37,
        number / 8,
        number % 2 == 0,
        f"2026-10-{number % 28 + 1:02d}",
        f"2026-10-{number % 28 + 1:02d}T10:11:12.5+05:30",
        {"name": "nested", "value": number, "list": [1, 2, 3]},
        f"SKU-{number % 60}",
    )
    values: dict[str, object] = {"id": number}
    for place in range(199):
        missing = (place + number) % 10 == 0
        values[f"column_{place:03d}"] = None if missing else samples[place % len(samples)]
    return values


def narrow(number: int) -> dict[str, object]:
    """An order, flat."""
    return {
        "id": number,
        "customer_id": f"00000000-0000-4000-8000-{number % 400_000:012d}",
        "email": f"customer{number % 400_000}@example.com",
        "status": "delivered",
        "amount": number % 100_000 / 100,
        "currency": "INR",
        "quantity": number % 9 + 1,
        "is_gift": number % 7 == 0,
        "ordered_on": f"2026-10-{number % 28 + 1:02d}",
        "created_at": f"2026-10-{number % 28 + 1:02d}T10:11:12Z",
        "updated_at": f"2026-10-{number % 28 + 1:02d}T20:21:22.123456Z",
    }


def write_singer_file(
    path: Path, properties: Properties, record: Callable[[int], dict[str, object]], rows: int
) -> None:
    """Write a SCHEMA of the stream `bench`, whose key is the first property, and its records."""
    schema = {
        "type": "SCHEMA",
        "stream": "bench",
        "schema": {"type": "object", "properties": properties},
        "key_properties": [next(iter(properties))],
    }
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with path.open("w", encoding="utf-8") as file:
        file.write(encode(schema) + "\n")
        for number in range(rows):
            message = {"type": "RECORD", "stream": "bench", "record": record(number)}
            file.write(encode(message) + "\n")
