"""Why a line is not loaded: Redshift's numbers and words ("Load error reference")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redshift_local.loading.columns import Column


@dataclass(frozen=True)
class Reason:
    """A number of AWS's table, the text that goes with it, and the place in the field."""

    code: int
    text: str
    position: int = 0


class BadLine(Exception):  # noqa: N818 - it is about the data
    """A line that does not fit.

    Attributes:
        reason: Why.
        column: At which column; none when the line as a whole is at fault.
        value: The field.
    """

    def __init__(self, reason: Reason, column: Column | None = None, value: str = "") -> None:
        self.reason = reason
        self.column = column
        self.value = value
        super().__init__(reason.text)


DELIMITER_NOT_FOUND = Reason(1214, "Delimiter not found")
EXTRA_COLUMNS = Reason(1202, "Extra column(s) found")
TOO_LONG = Reason(1204, "String length exceeds DDL length")
NOT_NULL = Reason(1213, "Missing data for not-null field")
BAD_DATE = Reason(1205, "Invalid Date Format - length must be 10 or more")
BAD_TIMESTAMP = Reason(1206, "Invalid timestamp format or value [YYYY-MM-DD HH24:MI:SS]")
BAD_TIME = Reason(1206, "Invalid time format or value [HH24:MI:SS]")
BAD_FLOAT = Reason(1208, "Invalid digit for a floating point number")
BAD_BOOLEAN = Reason(1210, "Unknown boolean format")
BAD_QUOTES = Reason(1216, "Invalid quote formatting for CSV")
NO_END_QUOTE = Reason(1216, "Delimited value missing end quote")
BAD_JSON = Reason(1224, "Invalid JSON value")
LONG_STRING = Reason(1224, "String value exceeds the max size of 65535 bytes")
NULL_BYTE = Reason(1218, "Invalid null byte - field longer than 1 byte")
LONG_LINE = Reason(1216, "Line exceeds the maximum size of 4194304 bytes")
LONG_OBJECT = Reason(1224, "JSON object exceeds the maximum size of 4194304 bytes")
# What the engine refused although it had passed here.
UNKNOWN = 1200
# A character of several bytes begins with one from 0xC0 on; 0xFE and 0xFF are never used.
_LEAD, _NO_LEAD = 0xC0, 0xFE


def bad_digit(value: str, position: int, kind: str) -> Reason:
    """A character that is no digit.

    The form is a cluster's: "Invalid digit, Value 'a', Pos 0, Type: Integer".
    """
    text = f"Invalid digit, Value '{value}', Pos {position}, Type: {kind}"
    return Reason(1207, text, position)


def overflow(value: str, kind: str) -> Reason:
    """A whole number beyond its type, in a cluster's form."""
    return Reason(1222, f"Overflow, Value '{value}', Pos {len(value)}, Type: {kind} ")


def numeric_overflow(precision: int, scale: int) -> Reason:
    """A number with more digits before the point than the column has."""
    return Reason(1209, f"Overflow for NUMERIC({precision},{scale})")


def bad_utf8(sequence: bytes, *, cut_off: bool) -> Reason:
    """Bytes that are no UTF-8 ("Multibyte character load errors": text, and number of the kind).

    Args:
        sequence: The bytes.
        cut_off: Whether the field ends with them.
    """
    broken_off = 2 if cut_off else 4
    kind = broken_off if _LEAD <= sequence[0] < _NO_LEAD else 3
    return Reason(
        1220,
        "String contains invalid or unsupported UTF-8 codepoints. "
        f"Bad UTF-8 hex sequence: {sequence.hex(' ')} (error {kind})",
    )


def not_ascii(value: str) -> Reason:
    """A character of several bytes in a CHAR column."""
    code = value.encode("utf-8", "surrogateescape").hex(" ")
    return Reason(
        1220,
        "Multibyte character not supported for CHAR (Hint: Try using VARCHAR). "
        f"Invalid char: {code}",
    )
