"""CSV as rows of the engine's binary COPY, which costs it less to read than text.

Arrow alone reads the CSV here. So only that passes of which there is one reading, and what Arrow
and the engine make the same value of; the rest is for `straight` to look at.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pyarrow.compute as pc  # type: ignore[import-untyped] # has no types

from redshift_local.loading.straight import Tap, Unfit, open_csv, pattern_of, without_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from redshift_local.loading.columns import Column, Target
    from redshift_local.loading.command import CopyCommand

    # Arrays, and scalars for what is the same in all rows, that make a field one after the other.
    Parts = list[Any]

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_END: Final = b"\xff\xff"
_NULL: Final = pa.scalar(b"\xff\xff\xff\xff")
_NOTHING: Final = pa.scalar(b"")
_ZERO: Final = bytes.maketrans(b"123456789", b"0" * 9)
_INTEGERS: Final = {"int2": pa.int16(), "int4": pa.int32(), "int8": pa.int64()}
# How `array` calls integers of so many bytes.
_CODES: Final = {2: "h", 4: "i", 8: "q"}
# The engine counts from 2000-01-01, Arrow from 1970. Both know no year 0; Arrow takes it for one.
_EPOCH_DAYS: Final = 10_957
_FIRST_DAY: Final = -719_162
_DAY_MICROSECONDS: Final = 86_400_000_000
# Offsets beyond are no time zone to the engine.
_OFFSET: Final = re.compile(r"[+-](0\d|1[0-4]):\d{2}")


def can_go_binary(target: Target) -> bool:
    """Tell whether all columns have a form here."""
    return all(column.type in _ENCODERS for column in target.columns)


def statement(target: Target) -> str:
    """The engine's COPY for what `encoded` gives."""
    return f"COPY {target.name} ({target.column_list}) FROM STDIN (FORMAT binary)"


def encoded(command: CopyCommand, target: Target, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """One file's rows.

    Raises:
        Unfit: Something in them is for another path to decide.
    """
    yield _SIGNATURE
    try:
        yield from _encoded(command, target, Tap(without_header(chunks, command.ignore_header)))
    except pa.ArrowInvalid as error:
        raise Unfit(str(error)) from error
    yield _END


def _encoded(command: CopyCommand, target: Target, tap: Tap) -> Iterator[bytes]:
    if tap.is_empty():
        return
    # seen before S3 is asked for more of a file that is for another path
    if not tap.begins_with(command.quote.encode(), command.null.encode()):
        raise Unfit("the first value is not quoted")
    types = {c.name: pa.binary() if c.type in _TEXTS else pa.string() for c in target.columns}
    encoders = [_ENCODERS[column.type](command, column) for column in target.columns]
    head = len(encoders).to_bytes(2, "big")
    proof = _Proof(command)
    with open_csv(command, types, tap) as reader:
        for batch in reader:
            proof.add(tap.drain())
            proof.check([pc.cast(values, pa.binary()) for values in batch.columns])
            parts = [pa.repeat(head, batch.num_rows)]
            for encode, values in zip(encoders, batch.columns, strict=True):
                parts += [_NULL] if values.null_count == len(values) else encode(values)
            yield _joined(parts)
    proof.add(tap.drain())
    proof.check_end()


class _Proof:
    """Holds a file against what Arrow made of it: written as CSV again, it must be the same bytes.

    So there is one reading of them. Every value but null has to be quoted, as careful loaders do.
    """

    def __init__(self, command: CopyCommand) -> None:
        self._quote = command.quote.encode()
        self._delimiter = command.delimiter.encode()
        self._null = command.null.encode()
        self._raw: deque[bytes] = deque()

    def add(self, pieces: Iterator[bytes]) -> None:
        """Take more of the file."""
        self._raw.extend(pieces)

    def check(self, columns: list[Any]) -> None:
        """Compare rows with the bytes that come next.

        Raises:
            Unfit: They differ.
        """
        if not any(
            self._goes_on_with(self._written(columns, doubled=doubled)) for doubled in (False, True)
        ):
            raise Unfit("not each value is quoted, or a quote is not doubled")

    def check_end(self) -> None:
        """Make sure that nothing is left.

        Raises:
            Unfit: There is.
        """
        if any(self._raw):
            raise Unfit("bytes that Arrow left out")

    def _goes_on_with(self, written: bytes) -> bool:
        """Whether the file goes on with these bytes, which then are done with."""
        at = 0
        for place, piece in enumerate(self._raw):
            part = written[at : at + len(piece)]
            if not piece.startswith(part):
                return False
            at += len(part)
            if at == len(written):
                for _ in range(place):
                    self._raw.popleft()
                self._raw[0] = piece[len(part) :]
                return True
        return False

    def _written(self, columns: list[Any], *, doubled: bool) -> bytes:
        rows = len(columns[0])
        quote = self._quote
        parts: Parts = []
        between = b""
        for values in columns:
            if values.null_count == len(values):
                between += self._null + self._delimiter
                continue
            if doubled:
                values = pc.replace_substring(values, quote, quote * 2)  # noqa: PLW2901 - still they
            if values.null_count:
                quoted = pc.binary_join_element_wise(quote, values, quote, b"")
                parts += [pa.scalar(between), pc.coalesce(quoted, pa.scalar(self._null))]
                between = self._delimiter
            else:
                parts += [pa.scalar(between + quote), values]
                between = quote + self._delimiter
        end = pa.repeat(between[: -len(self._delimiter)] + b"\n", rows)
        written: bytes = _content(pc.binary_join_element_wise(*parts, end, _NOTHING)).to_pybytes()
        return written


def _joined(parts: Parts) -> bytes:
    rows = pc.binary_join_element_wise(
        *parts, _NOTHING, null_handling="replace", null_replacement=b""
    )
    return memoryview(_content(rows))  # type: ignore[return-value] # as good


def _content(values: Any) -> Any:  # noqa: ANN401 - Arrow's array and buffer
    """All values one after the other."""
    _, offsets, data = values.buffers()
    return data[: memoryview(offsets).cast("i")[len(values)]]


def _text(_: CopyCommand, column: Column) -> Callable[[Any], Parts]:
    def encode(values: Any) -> Parts:  # noqa: ANN401 - an Arrow array
        sizes = pc.binary_length(values)
        if column.length is not None and pc.max(sizes).as_py() > column.length:
            raise Unfit(column.name)
        return [_big_endian(sizes.fill_null(-1)), values]

    return encode


def _super(_: CopyCommand, column: Column) -> Callable[[Any], Parts]:
    """The number of a version, then JSON; the engine parses it."""
    del column
    version = pa.scalar(b"\1")

    def encode(values: Any) -> Parts:  # noqa: ANN401 - an Arrow array
        sizes = _big_endian(
            pc.add(pc.binary_length(values), pa.scalar(1, pa.int32())).fill_null(-1)
        )
        if not values.null_count:
            return [sizes, version, values]
        return [sizes, pc.if_else(values.is_valid(), version, _NOTHING), values]

    return encode


def _integer(command: CopyCommand, column: Column) -> Callable[[Any], Parts]:
    shape = _Shape(command, column)

    def encode(values: Any) -> Parts:  # noqa: ANN401 - an Arrow array
        shape.check(values)
        return _fixed(pc.cast(values, _INTEGERS[column.type]))

    return encode


def _date(command: CopyCommand, column: Column) -> Callable[[Any], Parts]:
    shape = _Shape(command, column)

    def encode(values: Any) -> Parts:  # noqa: ANN401 - an Arrow array
        shape.check(values)
        days = pc.cast(pc.cast(values, pa.date32()), pa.int32())
        if pc.min(days).as_py() < _FIRST_DAY:
            raise Unfit(column.name)
        return _fixed(pc.subtract(days, pa.scalar(_EPOCH_DAYS, pa.int32())))

    return encode


def _timestamp(command: CopyCommand, column: Column) -> Callable[[Any], Parts]:
    shape = _Shape(command, column)
    zone = "UTC" if column.type == "timestamptz" else None

    def encode(values: Any) -> Parts:  # noqa: ANN401 - an Arrow array
        shapes = shape.check(values)
        if any(each[-6] in "+-" for each in shapes):
            for offset in pc.unique(pc.utf8_slice_codeunits(values, -6)).to_pylist():
                if offset is not None and offset[-1] != "Z" and not _OFFSET.fullmatch(offset):
                    raise Unfit(column.name)
        elif any("+" in each or each.count("-") > 2 for each in shapes):  # noqa: PLR2004 - of a day
            raise Unfit(column.name)
        moments = pc.cast(pc.cast(values, pa.timestamp("us", zone)), pa.int64())
        # a day more than the first, since an offset may lead into the year before
        if pc.min(moments).as_py() < (_FIRST_DAY + 1) * _DAY_MICROSECONDS:
            raise Unfit(column.name)
        return _fixed(pc.subtract(moments, _EPOCH_DAYS * _DAY_MICROSECONDS))

    return encode


class _Shape:
    """Looks at how values are spelled, once for all that differ in their digits only."""

    def __init__(self, command: CopyCommand, column: Column) -> None:
        self._pattern = re.compile(pattern_of(command, column) or "", re.ASCII)
        self._name = column.name

    def check(self, values: Any) -> Sequence[str]:  # noqa: ANN401 - an Arrow array
        """The shapes of an array's values, with 0 for every digit.

        Raises:
            Unfit: Not the column's.
        """
        valid, offsets, data = values.buffers()
        zeros = pa.py_buffer(memoryview(data).tobytes().translate(_ZERO))
        same = pa.Array.from_buffers(pa.string(), len(values), [valid, offsets, zeros])
        shapes = [each for each in pc.unique(same).to_pylist() if each is not None]
        if not all(map(self._pattern.fullmatch, shapes)):
            raise Unfit(self._name)
        return shapes


def _fixed(values: Any) -> Parts:  # noqa: ANN401 - an Arrow array
    """Values of one width, each after its size."""
    width = values.type.bit_width // 8
    size = pa.scalar(width.to_bytes(4, "big"))
    if not values.null_count:
        return [size, _big_endian(values)]
    valid = values.is_valid()
    numbers = _big_endian(values.fill_null(0))
    return [pc.if_else(valid, size, _NULL), pc.if_else(valid, numbers, _NOTHING)]


def _big_endian(values: Any) -> Any:  # noqa: ANN401 - Arrow arrays
    """Integers (none is null) as the bytes that go over the wire."""
    width = values.type.bit_width // 8
    swapped = array(_CODES[width], memoryview(values.buffers()[1])[: len(values) * width].tobytes())
    swapped.byteswap()
    whole = [None, pa.py_buffer(swapped)]
    return pa.Array.from_buffers(pa.binary(width), len(values), whole).cast(pa.binary())


_TEXTS: Final = frozenset({"varchar", "text", "super"})
_ENCODERS: Final = {
    "varchar": _text,
    "text": _text,
    "super": _super,
    "int2": _integer,
    "int4": _integer,
    "int8": _integer,
    "date": _date,
    "timestamp": _timestamp,
    "timestamptz": _timestamp,
}
