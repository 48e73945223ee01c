"""Raw records to Singer records.

A record is a tuple of JSON fragments, one per property: joined for the fast path, decoded for the
SDK's own. Nested values are never decoded and encoded again on the fast path, so they arrive as
CleverTap wrote them.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from tap_clevertap.clock import occurred_at
from tap_clevertap.errors import AnswerError
from tap_clevertap.fragments import NULL, Raw, object_id, rest, take_object
from tap_clevertap.keys import Duplicates, canonical, digest, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from tap_clevertap.slices import Read

_records = msgspec.json.Decoder(list[dict[str, Raw]])
_values = msgspec.json.Decoder(float_hook=Decimal)


class Builder(Protocol):
    """Makes the records of one read of a slice."""

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return the record's properties as JSON, in the columns' order; may empty `raw`."""


class Columns:
    """The order in which a stream's builder gives its properties."""

    def __init__(self, stream: str, names: Sequence[str]) -> None:
        self.names = tuple(names)
        properties = b",".join(b'"%s":%%b' % name.encode() for name in names)
        self._line = (
            b'{"type":"RECORD","stream":"%s","record":{' % stream.encode()
            + properties
            + b'},"time_extracted":"%b"}\n'
        )

    def line(self, fields: tuple[bytes, ...], extracted_at: bytes) -> bytes:
        """Return a RECORD message with its line end."""
        return self._line % (*fields, extracted_at)

    def values(self, fields: tuple[bytes, ...]) -> dict[str, Any]:
        """Return the record as the SDK knows it; numbers with a fraction are Decimals."""
        return {name: _values.decode(field) for name, field in zip(self.names, fields, strict=True)}


def raw_records(read: Read, records: bytes) -> Iterator[dict[str, Raw]]:
    """Split a page into records, each a dict of its top-level fields.

    Raises:
        AnswerError: An item of the list is not an object.
    """
    if b"\n" in records or b"\r" in records:  # between values only; a line must be one line
        records = records.replace(b"\n", b" ").replace(b"\r", b" ")
    try:
        yield from _records.decode(records)
    except msgspec.ValidationError as error:
        raise AnswerError(
            f"CleverTap sent a record that is not an object for {read.slice} ({error})."
        ) from None


class EventBuilder:
    """Makes the records of the stream `events`."""

    def __init__(self, read: Read, zone: ZoneInfo) -> None:
        self._read = read
        self._zone = zone
        self._duplicates = Duplicates()
        self._event_name = msgspec.json.encode(read.slice.event_name)
        self._event_date = msgspec.json.encode(read.slice.first)
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one event; see `schemas.EVENTS` for the order."""
        ts = bytes(raw.pop("ts", NULL))
        profile = take_object(raw, "profile")
        session_props = take_object(raw, "session_props")
        event_props = take_object(raw, "event_props")
        device = object_id(profile) if profile != NULL else NULL
        return (
            self._key(device, ts, event_props, session_props),
            self._event_name,
            self._event_date,
            self._occurred_at(ts),
            ts,
            device,
            profile,
            session_props,
            event_props,
            rest(raw),
            self._read_at,
        )

    def _key(self, device: bytes, ts: bytes, event: bytes, session: bytes) -> bytes:
        hashed = digest(self._event_name, device, ts, canonical(event), canonical(session))
        hashed.update(b"%d" % self._duplicates.ordinal(hashed.digest()))
        return quoted(hashed)

    def _occurred_at(self, ts: bytes) -> bytes:
        try:
            return b'"%s"' % occurred_at(ts, self._zone).encode()
        except (ValueError, OverflowError) as error:
            raise AnswerError(
                f"CleverTap sent a record for {self._read.slice} whose ts is "
                f"{ts[:40].decode()}, not a time as yyyyMMddHHmmss ({error})."
            ) from None
