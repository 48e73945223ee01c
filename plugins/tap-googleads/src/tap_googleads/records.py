"""From Google's rows to Singer records.

msgspec decodes only what the query selects: int64, which comes as text, to integers, everything
else stays the JSON that Google wrote, so that no number passes through a float and nothing is
decoded to be encoded again.
"""

from __future__ import annotations

from decimal import Decimal
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import msgspec

from tap_googleads.fields import field_type, json_name, property_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_NULL = msgspec.Raw(b"null")
# What a key has where Google leaves the value out: keys are never null.
_UNKNOWN: dict[str, Any] = {
    "integer": 0,
    "number": msgspec.Raw(b"0"),
    "boolean": msgspec.Raw(b"false"),
}
_UNKNOWN_TEXT = msgspec.Raw(b'"unknown"')
_lines = msgspec.json.Encoder()
_values = msgspec.json.Decoder(dict[str, Any], float_hook=Decimal)

Record = dict[str, Any]


class _Batch(msgspec.Struct):
    results: msgspec.Raw = msgspec.Raw(b"[]")


_batches = msgspec.json.Decoder(list[_Batch])


def split(body: bytes) -> list[msgspec.Raw]:
    """Split an answer without errors into the rows of its batches, which are not yet decoded.

    Raises:
        msgspec.MsgspecError: It is no whole JSON, or not what searchStream answers.
    """
    if b"\n" in body or b"\r" in body:  # between values only; a line must be one line
        body = body.replace(b"\n", b" ").replace(b"\r", b" ")
    return [batch.results for batch in _batches.decode(body)]


class RowReader:
    """Reads the rows of a query.

    Args:
        fields: What the query selects.
        keys: Those of them that belong to the key.
    """

    def __init__(self, fields: Sequence[str], keys: Iterable[str]) -> None:
        self._names = [property_name(name) for name in fields]
        get = attrgetter(*(_path(name) for name in fields))
        self._values = get if len(fields) > 1 else lambda row: (get(row),)
        row: Any = _struct("Row", _tree(fields), frozenset(keys), "")
        self._decoder = msgspec.json.Decoder(list[row], strict=False)

    def read(self, rows: msgspec.Raw, constants: Record) -> list[Record]:
        """Return the records of a batch, each with the constants.

        Raises:
            msgspec.ValidationError: A value has another type than its field.
        """
        names, values = self._names, self._values
        return [
            {**dict(zip(names, values(row), strict=True)), **constants}
            for row in self._decoder.decode(rows)
        ]


def lines(stream: str, records: Iterable[Record], extracted_at: str) -> bytes:
    """Return RECORD messages, a line each."""
    return _lines.encode_lines(
        [
            {"type": "RECORD", "stream": stream, "record": record, "time_extracted": extracted_at}
            for record in records
        ]
    )


def plain(record: Record) -> Record:
    """Return a record as the SDK knows it; numbers with a fraction are Decimals."""
    found: Record = _values.decode(_lines.encode(record))
    return found


def text(value: msgspec.Raw) -> str:
    """Return what a JSON string says."""
    return msgspec.json.decode(value, type=str)


def _path(field: str) -> str:
    return ".".join(f"{part}_" for part in field.split("."))


def _tree(fields: Iterable[str]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for field in fields:
        *parents, leaf = field.split(".")
        node = tree
        for part in parents:
            node = node.setdefault(part, {})
        node[leaf] = {}
    return tree


def _struct(name: str, tree: dict[str, Any], keys: frozenset[str], prefix: str) -> type[Any]:
    """Make the struct of one level; attributes end in `_`, so that none is a word of Python."""
    fields = []
    for part, inner in tree.items():
        field = prefix + part
        if inner:
            kind = _struct(json_name(part), inner, keys, f"{field}.")
            default = kind()
        elif field_type(field) == "integer":
            kind = int | None  # type: ignore[assignment]  # a union is a type to msgspec
            default = 0 if field in keys else None
        else:
            kind = msgspec.Raw
            default = _UNKNOWN.get(field_type(field), _UNKNOWN_TEXT) if field in keys else _NULL
        fields.append((f"{part}_", kind, msgspec.field(default=default, name=json_name(part))))
    return msgspec.defstruct(name, fields, frozen=True)
