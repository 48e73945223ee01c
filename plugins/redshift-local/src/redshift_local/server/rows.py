"""Results as Redshift's clients read them: its type numbers, its metadata, its binary formats."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Context, InvalidOperation

from redshift_local.engine import compact
from redshift_local.errors import Refused
from redshift_local.server.wire import cut

TEXT, BINARY = 0, 1
NUMERIC, INTERVAL, UNKNOWN = 1700, 1186, 705
# Types of the engine by the numbers that Redshift gives them (redshift_connector's utils/oids.py).
SUPER = 4000
NUMBERS = {"super": SUPER, "varbyte": 6551}
# An expression's number of decimals is not known to Postgres before it is computed; on Redshift
# every expression has one. What has more decimals than these is rounded.
EXPRESSION_PRECISION, EXPRESSION_SCALE = 38, 18
_EXPRESSION = ((EXPRESSION_PRECISION << 16) | EXPRESSION_SCALE) + 4
_FIELD = struct.Struct("!ihihih")
_EXACT = Context(prec=2_000)
_SIZE = struct.Struct("!i")
_POSTGRES_INTERVAL = struct.Struct("!qii")
_REDSHIFT_INTERVAL = struct.Struct("!qhh")

Converter = Callable[[bytes], bytes]
Converters = Sequence[Converter | None]


@dataclass(frozen=True)
class Column:
    """A column of a result, with Postgres' own type number."""

    name: bytes
    table: int
    number: int
    type: int
    size: int
    modifier: int
    format: int


def read_columns(body: bytes) -> list[Column]:
    """The columns of a RowDescription."""
    columns = []
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        name, at = cut(body, at)
        columns.append(Column(name, *_FIELD.unpack_from(body, at)))
        at += _FIELD.size
    return columns


@dataclass(frozen=True)
class Dialect:
    """How one client wants its results.

    Args:
        protocol: Redshift's `client_protocol_version`: 1 adds four names and flags to each
            column's description, 2 also has NUMERIC as a scaled integer of 8 or 16 bytes.
        database: The database it is in, which is every column's catalog.
        types: The number that Redshift gives to a type of the engine, by the engine's own.
    """

    protocol: int
    database: bytes
    types: Mapping[int, int]

    def describe(self, columns: Sequence[Column], formats: Sequence[int] | None = None) -> bytes:
        """RowDescription for this client.

        Args:
            columns: What Postgres describes.
            formats: The formats that the client has asked for, where it has.
        """
        parts = [len(columns).to_bytes(2, "big")]
        for index, column in enumerate(columns):
            shown = column if formats is None else replace(column, format=formats[index])
            parts.append(self._field(shown))
        return b"".join(parts)

    def engine_formats(self, columns: Sequence[Column], formats: Sequence[int]) -> list[int]:
        """The formats to ask Postgres for, so that `converters` can make the client's of them."""
        return [
            TEXT if self.protocol > 1 and column.type == NUMERIC else wanted
            for column, wanted in zip(columns, formats, strict=True)
        ]

    def converters(self, columns: Sequence[Column], formats: Sequence[int]) -> Converters | None:
        """What makes the client's values of Postgres' values; nothing when there is nothing to do.

        Args:
            columns: The result's columns.
            formats: The formats that the client has asked for.
        """
        found = [
            self._converter(column, wanted) for column, wanted in zip(columns, formats, strict=True)
        ]
        return found if any(found) else None

    def _field(self, column: Column) -> bytes:
        modifier = column.modifier
        if column.type == NUMERIC and modifier == -1:
            modifier = _EXPRESSION
        number = self.types.get(column.type, column.type)
        numbers = (column.table, column.number, number, column.size, modifier, column.format)
        field = column.name + b"\0" + _FIELD.pack(*numbers)
        if self.protocol < 1:
            return field
        # Names of schema and table stay empty, as for an expression; the last is "may be null".
        return field + b"\0\0" + column.name + b"\0" + self.database + b"\0" + b"\0\1"

    def _converter(self, column: Column, wanted: int) -> Converter | None:
        if wanted == TEXT and self.types.get(column.type) == SUPER:
            return compact
        if wanted == BINARY and column.type == INTERVAL:
            return interval
        if wanted == BINARY and column.type == NUMERIC and self.protocol > 1:
            return scaled_by(scale_of(column.modifier))
        return None


def convert_row(body: bytes, converters: Converters) -> bytes:
    """A DataRow with its values converted."""
    parts = [body[:2]]
    at = 2
    for convert in converters:
        (size,) = _SIZE.unpack_from(body, at)
        end = at + 4 + max(size, 0)
        if size < 0 or convert is None:
            parts.append(body[at:end])
        else:
            value = convert(body[at + 4 : end])
            parts += (_SIZE.pack(len(value)), value)
        at = end
    return b"".join(parts)


def scale_of(modifier: int) -> int:
    """Decimals of a NUMERIC column by its type modifier."""
    return EXPRESSION_SCALE if modifier == -1 else (modifier - 4) & 0xFFFF


def scaled_by(scale: int) -> Converter:
    """Make the scaled integer of a NUMERIC: 8 bytes where that suffices, else 16."""

    def convert(value: bytes) -> bytes:
        whole, _, decimals = value.partition(b".")
        if len(decimals) <= scale and value != b"NaN":
            number = int(whole + decimals.ljust(scale, b"0"))
        else:
            number = _rounded(value, scale)
        size = 8 if -(1 << 63) <= number < 1 << 63 else 16
        try:
            return number.to_bytes(size, "big", signed=True)
        except OverflowError:
            raise _overflow(value) from None

    return convert


def interval(value: bytes) -> bytes:
    """Redshift's 12 bytes of Postgres' 16: days and months take two bytes each."""
    return _REDSHIFT_INTERVAL.pack(*_POSTGRES_INTERVAL.unpack(value))


def _rounded(value: bytes, scale: int) -> int:
    try:
        exact = _EXACT.create_decimal(value.decode()).scaleb(scale, _EXACT)
        return int(exact.to_integral_value(ROUND_HALF_UP))
    except (InvalidOperation, ValueError):
        raise _overflow(value) from None


def _overflow(value: bytes) -> Refused:
    return Refused("NUMERIC", f"Numeric data overflow (result): {value.decode()}", sqlstate="22003")
