"""CSV whose bytes go to the engine as they are, while Arrow looks at the same bytes on the side.

The engine's COPY reads CSV as Redshift does; what it would read otherwise (a date in another form,
a number with more decimals than the column, an empty field of a number) is what the look finds.
Then the load starts again on the careful path, which decides line by line.
"""

from __future__ import annotations

import io
from collections import deque
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pyarrow.compute as pc  # type: ignore[import-untyped] # has no types
from pyarrow import csv

from redshift_local.loading.columns import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.loading.columns import Column, Target
    from redshift_local.loading.command import CopyCommand

# A line longer than this is for the careful path, which refuses it.
_BLOCK: Final = 4 << 20
_CAREFUL: Final = frozenset(
    [
        "BLANKSASNULL",
        "EMPTYASNULL",
        "FILLRECORD",
        "IGNOREBLANKLINES",
        "ROUNDEC",
        "TRIMBLANKS",
        "TRUNCATECOLUMNS",
    ]
)
_DATE: Final = r"\d{4}-\d{2}-\d{2}"
_CLOCK: Final = r"\d{2}:\d{2}:\d{2}(\.\d{1,6})?"
_OFFSET: Final = r"(Z|[+-]\d{2}(:?\d{2})?)?"
_PATTERNS: Final = {
    "int2": r"[+-]?\d{1,5}",
    "int4": r"[+-]?\d{1,10}",
    "int8": r"[+-]?\d{1,19}",
    "bool": r"(?i:t|f|true|false|y|n|yes|no|1|0)",
    "date": _DATE,
    "time": _CLOCK,
    "timetz": _CLOCK + r"([+-]\d{2}(:?\d{2})?)?",
    "timestamp": f"{_DATE} {_CLOCK}",
    "timestamptz": f"{_DATE} {_CLOCK}([+-]\\d{{2}}(:?\\d{{2}})?)?",
}
_AUTO_PATTERNS: Final = {
    "timestamp": f"{_DATE}[ T]{_CLOCK}Z?",
    "timestamptz": f"{_DATE}[ T]{_CLOCK}{_OFFSET}",
}


class Unfit(Exception):  # noqa: N818 - not an error: another path takes over
    """These bytes may mean something else to the engine than to Redshift."""


def can_go_straight(command: CopyCommand, target: Target) -> bool:
    """Tell whether the statement's options leave the bytes as they are."""
    if command.format != "CSV" or command.given & _CAREFUL or command.replacement is not None:
        return False
    if set(command.null) & {command.quote, "\n", "\r", "\0"}:
        return False
    kinds = {column.type for column in target.columns}
    plain_dates = command.date_format in {None, "auto", "YYYY-MM-DD"}
    plain_times = command.time_format in {None, "auto", "YYYY-MM-DD HH:MI:SS"}
    return (plain_dates or "date" not in kinds) and (
        plain_times or not kinds & {"timestamp", "timestamptz"}
    )


def statement(command: CopyCommand, target: Target) -> str:
    """The engine's COPY for such bytes.

    FORCE_NULL: AWS does not say that quotes protect a value that equals NULL AS, so here they do
    not: who relies on them finds out.
    """
    return (
        f"COPY {target.name} ({target.column_list}) FROM STDIN (FORMAT csv, "
        f"DELIMITER {literal(command.delimiter)}, QUOTE {literal(command.quote)}, "
        f"NULL {literal(command.null)}, FORCE_NULL ({target.column_list}))"
    )


def checked(command: CopyCommand, target: Target, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """The bytes of one file without its header lines, each piece after Arrow has read it.

    Raises:
        Unfit: Something in them is for the careful path to decide.
    """
    tap = Tap(well_quoted(command, chunks))
    if tap.is_empty():
        return
    checks = _checks(command, target)
    types = {column.name: pa.string() for column in target.columns}
    try:
        with open_csv(command, types, tap) as reader:
            for batch in reader:
                for column, check in zip(batch.columns, checks, strict=True):
                    check(column)
                yield from tap.drain()
    except pa.ArrowInvalid as error:
        raise Unfit(str(error)) from error
    yield from tap.drain()


def without_header(chunks: Iterator[bytes], lines: int) -> Iterator[bytes]:
    """Leave out so many lines at the beginning."""
    for chunk in chunks:
        rest = chunk
        while lines and rest:
            _, end, rest = rest.partition(b"\n")
            lines -= len(end)
        if rest:
            yield rest


def well_quoted(command: CopyCommand, chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass the bytes after the header lines on unless a quote stands in the middle of a field.

    Postgres lets that pass. Quotes inside quotes are doubled, so a single one is always next to a
    delimiter or line end.

    Raises:
        Unfit: There is such a quote.
    """
    quote = command.quote.encode()
    table = bytearray(b"x" * 256)
    for byte in command.delimiter.encode() + b"\r\n":
        table[byte] = ord(",")
    table[quote[0]] = ord('"')
    kinds = bytes(table)
    end = b""
    for chunk in without_header(chunks, command.ignore_header):
        shape = chunk.translate(kinds)
        if b'x"x' in shape or b'x"x' in end + shape[:2]:
            raise Unfit("a quote inside a field")
        end = (end + shape)[-2:] if len(shape) == 1 else shape[-2:]
        yield chunk


class Tap(io.RawIOBase):
    """A file over an iterator that keeps what was read until it is drained."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        super().__init__()
        self._chunks = chunks
        self._left = b""
        self._read: deque[bytes] = deque()

    def is_empty(self) -> bool:
        """Tell whether there is nothing (more) to read."""
        self._left = self._left or next(self._chunks, b"")
        return not self._left

    def begins_with(self, *prefixes: bytes) -> bool:
        """Tell whether one of these (an empty one does not count) comes next."""
        return not self.is_empty() and self._left.startswith(tuple(filter(None, prefixes)))

    def readable(self) -> bool:
        """Tell `io` that this can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Give the next piece, at most `size` bytes; fewer before the end as well."""
        if self.is_empty():
            return b""
        piece = self._left if size < 0 else self._left[:size]
        self._left = self._left[len(piece) :]
        self._read.append(piece)
        return piece

    def drain(self) -> Iterator[bytes]:
        """Give up what was read since the last time."""
        while self._read:
            yield self._read.popleft()


def open_csv(command: CopyCommand, types: dict[str, Any], tap: Tap) -> Any:  # noqa: ANN401 - untyped
    """Arrow's reader of batches of rows.

    Args:
        command: Says what the CSV is like.
        types: Arrow's type of each column, in order.
        tap: The file; not empty.
    """
    return csv.open_csv(
        tap,
        csv.ReadOptions(column_names=list(types), block_size=_BLOCK, use_threads=False),
        csv.ParseOptions(
            delimiter=command.delimiter,
            quote_char=command.quote,
            newlines_in_values=True,
            ignore_empty_lines=False,
        ),
        csv.ConvertOptions(
            column_types=types, null_values=[command.null], strings_can_be_null=True
        ),
    )


def pattern_of(command: CopyCommand, column: Column) -> str | None:
    """How a field must look, whole, for the engine to read it as Redshift does."""
    if column.type == "numeric":
        return _decimal_pattern(column.scale)
    pattern = _PATTERNS.get(column.type)
    return _AUTO_PATTERNS.get(column.type, pattern) if command.time_format == "auto" else pattern


def _checks(command: CopyCommand, target: Target) -> list[_Check]:
    return [_Check(command, column) for column in target.columns]


class _Check:
    """What makes a column of a batch unfit."""

    def __init__(self, command: CopyCommand, column: Column) -> None:
        self._column = column
        pattern = pattern_of(command, column)
        self._pattern = f"^({pattern})$" if pattern else None

    def __call__(self, values: Any) -> None:  # noqa: ANN401 - an Arrow array
        column = self._column
        if (
            self._pattern
            and pc.all(pc.match_substring_regex(values, self._pattern)).as_py() is False
        ):
            raise Unfit(column.name)
        if column.is_text and column.length is not None:
            longest = pc.max(pc.binary_length(values)).as_py() or 0
            if longest > column.length:
                raise Unfit(column.name)
        if column.type == "bpchar" and pc.all(pc.string_is_ascii(values)).as_py() is False:
            raise Unfit(column.name)


def _decimal_pattern(scale: int) -> str:
    """Numbers with no more decimals than the column has: the engine would round what COPY cuts."""
    if scale == 0:
        return r"[+-]?\d+\.?"
    return rf"[+-]?(\d+(\.\d{{0,{scale}}})?|\.\d{{1,{scale}}})"
