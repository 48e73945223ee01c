"""Raw records to Singer records.

A record is a tuple of JSON fragments, one per property: joined for the fast path, decoded for the
SDK's own. Nested values are never decoded and encoded again on the fast path, so they arrive as
Facebook wrote them.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from tap_facebook.errors import AnswerError
from tap_facebook.fields import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_facebook.answers import Node

    Fix = Callable[[bytes], bytes]

NULL, UNKNOWN = b"null", b'"unknown"'
_values = msgspec.json.Decoder(float_hook=Decimal)


class Columns:
    """A stream's properties, made from what the API gives.

    Args:
        stream: The stream's name.
        columns: Its properties but for `read_at`.
        ids: Properties that must be there; other parts of the key are `unknown` where missing.
    """

    def __init__(self, stream: str, columns: Mapping[str, Kind], ids: tuple[str, ...]) -> None:
        self.names = (*columns, "read_at")
        self._stream = stream
        self._ids = ids
        self._fixes = [(name, _FIXES.get(kind)) for name, kind in columns.items()]
        properties = b",".join(b'"%s":%%b' % name.encode() for name in self.names)
        self._line = (
            b'{"type":"RECORD","stream":"%s","record":{' % stream.encode()
            + properties
            + b'},"time_extracted":"%b"}\n'
        )

    def fragments(self, node: Node, read_at: bytes) -> tuple[bytes, ...]:
        """Return a record's properties as JSON.

        Raises:
            AnswerError: An id is missing.
        """
        for name in self._ids:
            if bytes(node.get(name, NULL)) == NULL:
                raise AnswerError(f"Facebook sent a record of {self._stream} without {name}.")
        found = []
        for name, fix in self._fixes:
            value = bytes(node[name]) if name in node else NULL
            found.append(value if fix is None else fix(value))
        return (*found, b'"%b"' % read_at)

    def line(self, fragments: tuple[bytes, ...], extracted_at: bytes) -> bytes:
        """Return a RECORD message with its line end."""
        return self._line % (*fragments, extracted_at)

    def values(self, fragments: tuple[bytes, ...]) -> dict[str, Any]:
        """Return the record as the SDK knows it; numbers with a fraction are Decimals."""
        return {name: _values.decode(one) for name, one in zip(self.names, fragments, strict=True)}


def text(value: bytes) -> bytes:
    """Return a value as a JSON string: a number may come for a text; what is nested is quoted."""
    if value[:1] == b'"' or value == NULL:
        return value
    return msgspec.json.encode(value.decode())


def part(value: bytes) -> bytes:
    """Return a value as a part of a key: a text, and never null."""
    if value in (NULL, b'""'):
        return UNKNOWN
    if value[:1] in (b"{", b"["):  # an asset: the order of its members means nothing
        value = msgspec.json.encode(msgspec.json.decode(value), order="sorted")
    return text(value)


def moment(value: bytes) -> bytes:
    """Return a time in UTC; one that cannot be read stays as it is."""
    try:
        given = msgspec.json.decode(value)
        if isinstance(given, str):
            return msgspec.json.encode(datetime.fromisoformat(given).astimezone(UTC))
        if isinstance(given, int):
            return msgspec.json.encode(datetime.fromtimestamp(given, UTC))
    except (ValueError, OverflowError):
        pass
    return value


_FIXES: dict[Kind, Fix] = {Kind.TEXT: text, Kind.PART: part, Kind.TIME: moment}
