"""Line by line: every option applied, every field checked, what does not fit noted.

What passes goes to the engine as COPY text.
"""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Final

from redshift_local.loading import reasons
from redshift_local.loading.context import LoadError
from redshift_local.loading.fields import Converter
from redshift_local.loading.json_objects import read_objects
from redshift_local.loading.lines import read_lines
from redshift_local.loading.reasons import BadLine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from redshift_local.loading.columns import Target
    from redshift_local.loading.command import CopyCommand
    from redshift_local.loading.lines import Line

_PIECE: Final = 1 << 18
_ESCAPED: Final = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})


class TooManyErrors(Exception):  # noqa: N818 - the load's, and the caller's to report
    """As many lines do not fit as fail the load."""


class CarefulReader:
    """Turns files into COPY text and collects the errors on the way.

    Args:
        command: Whose options decide.
        target: What is filled.

    Attributes:
        errors: What did not fit so far.
        numbers: Line numbers of the rows that the last file has given so far.
    """

    def __init__(self, command: CopyCommand, target: Target) -> None:
        self._command = command
        self._target = target
        self._converters = [Converter(command, column) for column in target.columns]
        self.errors: list[LoadError] = []
        self.numbers = array("q")

    @property
    def statement(self) -> str:
        """The engine's COPY for what `read` gives."""
        return f"COPY {self._target.name} ({self._target.column_list}) FROM STDIN"

    def read(self, url: str, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """One file as COPY text, in pieces.

        Raises:
            TooManyErrors: MAXERROR lines did not fit.
        """
        self.numbers = array("q")
        return _joined(self._rows(url, chunks))

    def _rows(self, url: str, chunks: Iterator[bytes]) -> Iterator[str]:
        for line, values in self._lines(chunks):
            try:
                row = _row(values)
            except BadLine as bad:
                self._note(url, line, bad)
            else:
                self.numbers.append(line.number)
                yield row

    def _lines(self, chunks: Iterator[bytes]) -> Iterator[tuple[Line, Iterable[str | None]]]:
        if self._command.format == "JSON":
            for line, found in read_objects(self._command, self._target, chunks):
                yield line, self._converted(line, found)
        else:
            for line in read_lines(self._command, chunks):
                yield line, self._converted(line, line.fields)

    def _converted(
        self, line: Line, values: list[str] | list[str | None] | None
    ) -> Iterator[str | None]:
        if values is None:
            raise BadLine(line.reason or reasons.BAD_QUOTES)
        if len(values) != len(self._converters):
            values = self._filled(values)
        for convert, value in zip(self._converters, values, strict=True):
            yield convert(value)

    def _filled(self, values: list[str] | list[str | None]) -> list[str | None]:
        """Make up for missing fields at the end, if FILLRECORD says so.

        "If the missing column is a VARCHAR column, zero-length strings are loaded instead of
        NULLs" (FILLRECORD, text and CSV); EMPTYASNULL makes nulls of these again.
        """
        columns = self._target.columns
        if len(values) > len(columns):
            raise BadLine(reasons.EXTRA_COLUMNS)
        if not self._command.fill_record:
            raise BadLine(reasons.DELIMITER_NOT_FOUND, columns[len(values) - 1], values[-1] or "")
        missing = columns[len(values) :]
        return [*values, *("" if column.type == "varchar" else None for column in missing)]

    def _note(self, url: str, line: Line, bad: BadLine) -> None:
        column = bad.column
        self.errors.append(
            LoadError(
                file_name=url,
                line_number=line.number,
                column_name=column.name if column else "",
                column_type=column.type if column else "",
                column_length=column.declared_length if column else "",
                position=bad.reason.position,
                error_code=bad.reason.code,
                error_message=bad.reason.text,
                raw_line=line.raw,
                raw_field_value=bad.value,
            )
        )
        if len(self.errors) >= max(self._command.max_error, 1):
            raise TooManyErrors


def _row(values: Iterable[str | None]) -> str:
    return "\t".join([r"\N" if value is None else _escape(value) for value in values]) + "\n"


def _escape(value: str) -> str:
    if value.isprintable() and "\\" not in value:
        return value
    return value.translate(_ESCAPED)


def _joined(rows: Iterator[str]) -> Iterator[bytes]:
    piece: list[str] = []
    size = 0
    for row in rows:
        piece.append(row)
        size += len(row)
        if size >= _PIECE:
            yield "".join(piece).encode()
            piece, size = [], 0
    if piece:
        yield "".join(piece).encode()
