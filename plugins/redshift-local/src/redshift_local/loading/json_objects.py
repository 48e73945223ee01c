"""COPY ... JSON: objects one after the other, their attributes to columns of the same name.

'auto' matches names as they are, 'auto ignorecase' without case, 'noshred' puts the whole object
into the table's one SUPER column. Numbers keep their digits: nothing passes through a float.
"""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any, Final

from redshift_local.errors import Refused
from redshift_local.loading import reasons
from redshift_local.loading.lines import LARGEST, Line, is_too_long

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.loading.columns import Column, Target
    from redshift_local.loading.command import CopyCommand

_SPACE: Final = " \t\r\n"


class Number(str):
    """A JSON number in its own digits."""

    __slots__ = ()


_DECODER: Final = json.JSONDecoder(
    parse_float=Number, parse_int=Number, parse_constant=Number, strict=False
)


def read_objects(
    command: CopyCommand, target: Target, chunks: Iterator[bytes]
) -> Iterator[tuple[Line, list[str | None] | None]]:
    """The objects of one file as the values of the target's columns.

    Raises:
        Refused: 'noshred' into anything but one SUPER column.
    """
    if command.json == "noshred" and [column.type for column in target.columns] != ["super"]:
        raise Refused(
            "JSON 'noshred'", "COPY JSON 'noshred' needs a table with one column of type SUPER"
        )
    for number, raw, value in _values(chunks):
        line = Line(number, raw, None)
        too_long = is_too_long(raw)
        if too_long or not isinstance(value, dict):
            line.reason = reasons.LONG_OBJECT if too_long else reasons.BAD_JSON
            yield line, None
        elif command.json == "noshred":
            yield line, [raw]
        else:
            yield line, _shredded(command, target, value)


def _shredded(command: CopyCommand, target: Target, found: dict[str, Any]) -> list[str | None]:
    if command.json == "auto ignorecase":
        found = {name.lower(): value for name, value in found.items()}
        return [_field(found.get(column.name.lower()), column) for column in target.columns]
    return [_field(found.get(column.name), column) for column in target.columns]


def _field(value: object, column: Column) -> str | None:
    if value is None:
        return None
    if column.type == "super":
        return dump(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    return dump(value)


def dump(value: object) -> str:
    """JSON text of what this module's decoder has read."""
    if isinstance(value, Number):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{dump(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(dump, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


def _values(chunks: Iterator[bytes]) -> Iterator[tuple[int, str, object]]:
    """Number of the last line, text and value of each object; what is no JSON ends the file.

    The last line is the one that STL_LOAD_ERRORS names.
    """
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    text, number, ended = "", 1, False
    while True:
        start = len(text) - len(text.lstrip(_SPACE))
        number += text.count("\n", 0, start)
        text = text[start:]
        if text:
            try:
                value, end = _DECODER.raw_decode(text)
            except (ValueError, RecursionError):
                if ended or len(text) > LARGEST:
                    yield number, text, None
                    return
            else:
                number += text.count("\n", 0, end)
                yield number, text[:end], value
                text = text[end:]
                continue
        elif ended:
            return
        chunk = next(chunks, None)
        ended = chunk is None
        text += decoder.decode(chunk or b"", final=ended)
