"""One field of one line: from its text in the file to the engine's text, or why not."""

from __future__ import annotations

import json
import re
from datetime import time, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final

from redshift_local.loading import reasons
from redshift_local.loading.formats import read_date, read_timestamp
from redshift_local.loading.reasons import BadLine, Reason

if TYPE_CHECKING:
    from collections.abc import Callable

    from redshift_local.loading.columns import Column
    from redshift_local.loading.command import CopyCommand

_INTEGERS: Final = {"int2": ("Short", 15), "int4": ("Integer", 31), "int8": ("Long", 63)}
_TRUE: Final = frozenset({"t", "true", "y", "yes", "1"})
_FALSE: Final = frozenset({"f", "false", "n", "no", "0"})
# A scalar in a SUPER is no longer than a VARCHAR may be.
_LONGEST_STRING: Final = 65_535
_EXACT: Final = Context(prec=80)
# Invalid bytes as they were decoded, and halves of characters that JSON has spelled.
_BAD_BYTES: Final = re.compile("[\udc80-\udcff]+|[\ud800-\udfff]")
_NUMBER: Final = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*")


class Converter:
    """Converts the fields of one column.

    Args:
        command: Whose options decide.
        column: The column.
    """

    def __init__(self, command: CopyCommand, column: Column) -> None:
        self._command = command
        self._column = column
        self._convert = self._text if column.is_text else _converter(command, column)

    def __call__(self, value: str | None) -> str | None:
        """Convert one field.

        Raises:
            BadLine: It does not fit the column.
        """
        if value is not None and self._is_null(value):
            value = None
        if value is None:
            if self._column.required:
                raise BadLine(reasons.NOT_NULL, self._column)
            return None
        try:
            return self._convert(self._valid(value))
        except _Unfit as unfit:
            raise BadLine(unfit.reason, self._column, value) from unfit

    def _is_null(self, value: str) -> bool:
        command = self._command
        if value == command.null and command.format in {"CSV", "TEXT"}:
            return True
        if not self._column.is_text:
            # "Empty fields for other data types, such as INT, are always loaded with NULL."
            return value == ""
        if command.empty_as_null and value == "":
            return True
        return command.blanks_as_null and value != "" and value.isspace()

    def _valid(self, value: str) -> str:
        """Refuse or replace what is no UTF-8, which arrives as lone surrogates."""
        if value.isascii():
            return value
        found = _BAD_BYTES.search(value)
        if found is None:
            return value
        if self._command.replacement is None or self._column.type != "varchar":
            escaped = "\udc80" <= found[0][0] <= "\udcff"
            sequence = found[0].encode("utf-8", "surrogateescape" if escaped else "surrogatepass")
            raise _Unfit(reasons.bad_utf8(sequence, cut_off=found.end() == len(value)))
        replacement = self._command.replacement
        return _BAD_BYTES.sub(lambda bad: replacement * len(bad[0]), value)

    def _text(self, value: str) -> str:
        column, command = self._column, self._command
        if command.trim_blanks and column.type == "varchar":
            value = value.rstrip(" ")
        if "\0" in value:
            raise _Unfit(reasons.NULL_BYTE)
        if column.type == "bpchar":
            value = value.rstrip(" ")
            if not value.isascii():
                raise _Unfit(reasons.not_ascii("".join(c for c in value if not c.isascii())))
        if column.length is None:
            return value
        raw = value.encode()
        if len(raw) <= column.length:
            return value
        if not command.truncate_columns:
            raise _Unfit(reasons.TOO_LONG)
        return raw[: column.length].decode(errors="ignore")


class _Unfit(Exception):  # noqa: N818 - becomes a BadLine
    def __init__(self, reason: Reason) -> None:
        self.reason = reason
        super().__init__(reason.text)


def _converter(command: CopyCommand, column: Column) -> Callable[[str], str]:
    kind = column.type
    if kind in _INTEGERS:
        return lambda value: _integer(value, *_INTEGERS[kind])
    if kind == "numeric":
        rounding = ROUND_HALF_UP if command.round_decimals else ROUND_DOWN
        return lambda value: _decimal(value, column, rounding)
    if kind == "date":
        return lambda value: _date(value, command.date_format)
    if kind in {"timestamp", "timestamptz"}:
        zoned = kind == "timestamptz"
        return lambda value: _timestamp(value, command.time_format, zoned=zoned)
    if kind in {"time", "timetz"}:
        return _time
    return _SIMPLE.get(kind, _as_is)


def _integer(value: str, kind: str, bits: int) -> str:
    text = value.strip(" ")
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if not (digits.isascii() and digits.isdigit()):
        start = len(text) - len(digits)
        for at, character in enumerate(digits, start):
            if not (character.isascii() and character.isdigit()):
                raise _Unfit(reasons.bad_digit(character, at, kind))
        raise _Unfit(reasons.bad_digit(text, 0, kind))
    if not -(1 << bits) <= int(text) < 1 << bits:
        raise _Unfit(reasons.overflow(text, kind))
    return text


def _decimal(value: str, column: Column, rounding: str) -> str:
    """A number cut to the column's scale ("COPY truncates values when necessary", ROUNDEC)."""
    text = value.strip(" ")
    if not _NUMBER.fullmatch(text):
        bad = next((at for at, c in enumerate(text) if c not in "+-.eE0123456789"), 0)
        raise _Unfit(reasons.bad_digit(text[bad : bad + 1], bad, "Decimal"))
    try:
        number = Decimal(text)
        if column.length is None:
            return str(number)
        cut = number.quantize(Decimal(1).scaleb(-column.scale), rounding=rounding, context=_EXACT)
    except InvalidOperation as error:
        raise _Unfit(reasons.numeric_overflow(column.length or 0, column.scale)) from error
    if abs(cut) >= Decimal(10) ** (column.length - column.scale):
        raise _Unfit(reasons.numeric_overflow(column.length, column.scale))
    return f"{cut:f}"


def _float(value: str) -> str:
    text = value.strip(" ")
    if not _NUMBER.fullmatch(text) and text.lower() not in {"nan", "inf", "-inf", "infinity"}:
        raise _Unfit(reasons.BAD_FLOAT)
    return text


def _boolean(value: str) -> str:
    text = value.strip(" ").lower()
    if text in _TRUE:
        return "t"
    if text in _FALSE:
        return "f"
    raise _Unfit(reasons.BAD_BOOLEAN)


def _date(value: str, form: str | None) -> str:
    found = read_date(value.strip(" "), form)
    if found is None:
        raise _Unfit(reasons.BAD_DATE)
    return found.isoformat()


def _timestamp(value: str, form: str | None, *, zoned: bool) -> str:
    found = read_timestamp(value.strip(" "), form, zoned=zoned)
    if found is None:
        raise _Unfit(reasons.BAD_TIMESTAMP)
    if found.tzinfo is None:
        return found.isoformat(sep=" ")
    # an offset with seconds is none to the engine
    if found.utcoffset() == timedelta(0):
        return found.replace(tzinfo=None).isoformat(sep=" ") + "+00"
    return found.isoformat(sep=" ")


def _time(value: str) -> str:
    text = value.strip(" ")
    try:
        time.fromisoformat(text)
    except ValueError as error:
        raise _Unfit(reasons.BAD_TIME) from error
    return text


def _super(value: str) -> str:
    """JSON text; COPY of a delimited file parses it ("Loading semistructured data")."""
    try:
        found = json.loads(value)
    except (ValueError, RecursionError) as error:
        raise _Unfit(reasons.BAD_JSON) from error
    if len(value) > _LONGEST_STRING // 4 and _has_long_string(found):
        raise _Unfit(reasons.LONG_STRING)
    return value


def _has_long_string(value: object) -> bool:
    if isinstance(value, str):
        return len(value.encode("utf-8", "surrogatepass")) > _LONGEST_STRING
    if isinstance(value, dict):
        return any(map(_has_long_string, value.values()))
    return isinstance(value, list) and any(map(_has_long_string, value))


def _as_is(value: str) -> str:
    return value


_SIMPLE: Final = {
    "bool": _boolean,
    "float4": _float,
    "float8": _float,
    "super": _super,
}
