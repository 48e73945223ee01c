"""JSON fragments: the parts of a raw record, taken out without decoding what is nested."""

from __future__ import annotations

import re

import msgspec

Raw = msgspec.Raw
NULL = b"null"
_INTEGER = re.compile(rb"-?\d+")


class _ObjectId(msgspec.Struct):
    objectId: Raw = Raw(NULL)  # noqa: N815  # CleverTap's name


_object_id = msgspec.json.Decoder(_ObjectId)


def text(raw: Raw | bytes) -> bytes:
    """Return a scalar as a JSON string: an id may come as a number. What is nested gives null."""
    value = bytes(raw)
    if value.startswith(b'"') or value == NULL:
        return value
    return NULL if value.startswith((b"{", b"[")) else b'"%s"' % value


def object_id(raw: Raw | bytes) -> bytes:
    """Return the `objectId` of a JSON object as text, null if it has none."""
    return text(_object_id.decode(raw).objectId)


def rest(raw: dict[str, Raw]) -> bytes:
    """Return what nobody took, as an object; null when there is nothing left."""
    return msgspec.json.encode(raw) if raw else NULL


def take_object(raw: dict[str, Raw], name: str) -> bytes:
    """Take an object out; a value of another type stays and null is returned."""
    return _take(raw, name, b"{")


def take_array(raw: dict[str, Raw], name: str) -> bytes:
    """Take an array out; a value of another type stays and null is returned."""
    return _take(raw, name, b"[")


def take_text(raw: dict[str, Raw], name: str) -> bytes:
    """Take a scalar out, as text; what is nested stays and null is returned."""
    value = bytes(raw.get(name, NULL))
    if not value.startswith((b"{", b"[")):
        raw.pop(name, None)
    return text(value)


def take_integer(raw: dict[str, Raw], name: str) -> bytes:
    """Take an integer out; a value of another type stays and null is returned."""
    value = bytes(raw.get(name, NULL))
    if value == NULL or _INTEGER.fullmatch(value):
        raw.pop(name, None)
        return value
    return NULL


def _take(raw: dict[str, Raw], name: str, opening: bytes) -> bytes:
    value = bytes(raw.get(name, NULL))
    if value.startswith(opening) or value == NULL:
        raw.pop(name, None)
        return value
    return NULL
