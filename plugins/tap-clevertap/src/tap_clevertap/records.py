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
from tap_clevertap.keys import Duplicates, canonical, digest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from zoneinfo import ZoneInfo

    from tap_clevertap.slices import Read

Raw = msgspec.Raw
NULL = b"null"

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
            f"CleverTap sent a record that is not an object for event {read.slice.event_name!r} "
            f"on {read.slice.day} ({error})."
        ) from None


class EventBuilder:
    """Makes the records of the stream `events`."""

    def __init__(self, read: Read, zone: ZoneInfo) -> None:
        self._read = read
        self._zone = zone
        self._duplicates = Duplicates()
        self._event_name = msgspec.json.encode(read.slice.event_name)
        self._event_date = msgspec.json.encode(read.slice.day)
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one event; see `schemas.EVENTS` for the order."""
        ts = bytes(raw.pop("ts", NULL))
        profile = _take_object(raw, "profile")
        session_props = _take_object(raw, "session_props")
        event_props = _take_object(raw, "event_props")
        object_id = text(_object_id.decode(profile).objectId) if profile != NULL else NULL
        return (
            self._key(object_id, ts, event_props, session_props),
            self._event_name,
            self._event_date,
            self._occurred_at(ts),
            ts,
            object_id,
            profile,
            session_props,
            event_props,
            msgspec.json.encode(raw) if raw else NULL,
            self._read_at,
        )

    def _key(self, object_id: bytes, ts: bytes, event: bytes, session: bytes) -> bytes:
        hashed = digest(self._event_name, object_id, ts, canonical(event), canonical(session))
        hashed.update(b"%d" % self._duplicates.ordinal(hashed.digest()))
        return b'"%s"' % hashed.hexdigest().encode()

    def _occurred_at(self, ts: bytes) -> bytes:
        try:
            return b'"%s"' % occurred_at(ts, self._zone).encode()
        except (ValueError, OverflowError) as error:
            raise AnswerError(
                f"Event {self._read.slice.event_name!r} on {self._read.slice.day} has a record "
                f"whose ts is {ts[:40].decode()}, not a time as yyyyMMddHHmmss ({error})."
            ) from None


class ProfileBuilder:
    """Makes the records of the stream `profiles`."""

    def __init__(self, read: Read) -> None:
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one profile; see `schemas.PROFILES` for the order."""
        whole = msgspec.json.encode(raw)
        platform_info = _take_array(raw, "platformInfo")
        object_id = _take_text(raw, "objectId")
        if object_id == NULL:
            object_id = _first_object_id(platform_info)
        identity = _take_text(raw, "identity")
        return (
            _profile_key(identity, object_id, whole),
            object_id,
            identity,
            _take_text(raw, "email"),
            _take_text(raw, "name"),
            _take_text(raw, "phone"),
            platform_info,
            _take_object(raw, "profileData"),
            _take_object(raw, "events"),
            msgspec.json.encode(raw) if raw else NULL,
            self._read_at,
        )


class _ObjectId(msgspec.Struct):
    objectId: Raw = Raw(NULL)  # noqa: N815  # CleverTap's name


_object_id = msgspec.json.Decoder(_ObjectId)


def text(raw: Raw | bytes) -> bytes:
    """Return a scalar as a JSON string, null as it is: an id may come as a number."""
    value = bytes(raw)
    return value if value == NULL or value.startswith(b'"') else b'"%s"' % value


def _first_object_id(platform_info: bytes) -> bytes:
    if platform_info == NULL:
        return NULL
    for item in msgspec.json.decode(platform_info, type=list[Raw]):
        if bytes(item).startswith(b"{"):
            found = text(_object_id.decode(item).objectId)
            if found != NULL:
                return found
    return NULL


def _profile_key(identity: bytes, object_id: bytes, whole: bytes) -> bytes:
    if identity != NULL:
        hashed = digest(b'"identity"', identity)
    elif object_id != NULL:
        hashed = digest(b'"objectId"', object_id)
    else:
        hashed = digest(b'"profile"', canonical(whole))
    return b'"%s"' % hashed.hexdigest().encode()


def _take_object(raw: dict[str, Raw], name: str) -> bytes:
    return _take(raw, name, b"{")


def _take_array(raw: dict[str, Raw], name: str) -> bytes:
    return _take(raw, name, b"[")


def _take(raw: dict[str, Raw], name: str, opening: bytes) -> bytes:
    """Take a field out if it is of its type; else it stays, for `extra_fields`."""
    value = bytes(raw.get(name, NULL))
    if value.startswith(opening) or value == NULL:
        raw.pop(name, None)
        return value
    return NULL


def _take_text(raw: dict[str, Raw], name: str) -> bytes:
    value = bytes(raw.get(name, NULL))
    if value[:1] in b"{[":
        return NULL
    raw.pop(name, None)
    return text(value)
