"""Lines of CSV and of delimited text, with what an error needs to say about them."""

from __future__ import annotations

import codecs
import csv
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redshift_local.loading import reasons
from redshift_local.loading.reasons import BadLine
from redshift_local.loading.straight import without_header

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.loading.command import CopyCommand
    from redshift_local.loading.reasons import Reason

# COPY: the maximum size of a single input row from any source is 4 MB.
LARGEST: Final = 4 << 20
_QUOTES: Final = frozenset("'\"")
# csv's own limit is 128 KB; what is too long is found by the line
csv.field_size_limit(1 << 30)


@dataclass
class Line:
    """One record of a file.

    Attributes:
        number: Line in the file on which it begins, from 1, header lines counted.
        raw: Its text.
        fields: Its fields; none when it could not be split, then `reason` says why.
    """

    number: int
    raw: str
    fields: list[str] | None
    reason: Reason | None = None


def read_lines(command: CopyCommand, chunks: Iterator[bytes]) -> Iterator[Line]:
    """The records of one file of CSV or delimited text."""
    texts = _texts(without_header(chunks, command.ignore_header))
    split = _csv if command.format == "CSV" else _delimited
    for line in split(command, texts):
        line.number += command.ignore_header
        if is_too_long(line.raw):
            line.fields, line.reason = None, reasons.LONG_LINE
        if not (command.ignore_blank_lines and line.raw.strip("\r\n") == ""):
            yield line


def is_too_long(raw: str) -> bool:
    """Whether a line or object is longer than COPY takes."""
    # four bytes are the most that a character has
    return len(raw) > LARGEST // 4 and len(raw.encode("utf-8", "surrogatepass")) > LARGEST


def _texts(chunks: Iterator[bytes]) -> Iterator[str]:
    """Lines with their ends; invalid UTF-8 comes as lone surrogates."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    left = ""
    for chunk in chunks:
        left += decoder.decode(chunk)
        *whole, left = left.split("\n")
        yield from (text + "\n" for text in whole)
    left += decoder.decode(b"", final=True)
    if left:
        yield left


def _csv(command: CopyCommand, texts: Iterator[str]) -> Iterator[Line]:
    taken: list[str] = []

    def taking() -> Iterator[str]:
        for text in texts:
            taken.append(text)
            yield text

    reader = csv.reader(taking(), delimiter=command.delimiter, quotechar=command.quote, strict=True)
    boundary = re.escape(command.delimiter + command.quote) + r"\r\n"
    # one quote in the middle of a field, which is no CSV though Python's reader lets it pass
    inside = re.compile(f"[^{boundary}]{re.escape(command.quote)}[^{boundary}]")
    number = 1
    while True:
        taken.clear()
        fields, reason = None, None
        try:
            fields = next(reader)
            if inside.search("".join(taken)):
                fields, reason = None, reasons.BAD_QUOTES
        except StopIteration:
            return
        except csv.Error as error:
            ended = "unexpected end" in str(error)
            reason = reasons.NO_END_QUOTE if ended else reasons.BAD_QUOTES
        if fields == []:
            fields = [""]  # an empty line is one empty field
        yield Line(number, "".join(taken).rstrip("\r\n"), fields, reason)
        number += len(taken)


def _delimited(command: CopyCommand, texts: Iterator[str]) -> Iterator[Line]:
    number = 1
    for text in texts:
        raw, first = text, number
        number += 1
        while command.escape and _ends_escaped(raw):
            more = next(texts, None)
            if more is None:
                break
            raw += more
            number += 1
        raw = raw.removesuffix("\n").removesuffix("\r")
        try:
            yield Line(first, raw, _split(command, raw))
        except BadLine as bad:
            yield Line(first, raw, None, bad.reason)


def _ends_escaped(text: str) -> bool:
    body = text.removesuffix("\n")
    return text != body and (len(body) - len(body.rstrip("\\"))) % 2 == 1


def _split(command: CopyCommand, raw: str) -> list[str]:
    if not command.escape and not command.remove_quotes:
        return raw.split(command.delimiter)
    fields: list[str] = []
    field: list[str] = []
    quote = ""
    for piece in _pieces(raw, escape=command.escape):
        opens = not quote and not field and piece in _QUOTES
        if command.remove_quotes and (opens or piece == quote):
            quote = piece if opens else ""
        elif piece == command.delimiter and not quote:
            fields.append(_unescaped(command, field))
            field = []
        else:
            field.append(piece)
    if quote:
        raise BadLine(reasons.NO_END_QUOTE)
    return [*fields, _unescaped(command, field)]


def _pieces(raw: str, *, escape: bool) -> Iterator[str]:
    """Characters; one that a backslash precedes comes with it."""
    at = 0
    while at < len(raw):
        size = 2 if escape and raw[at] == "\\" and at + 1 < len(raw) else 1
        yield raw[at : at + size]
        at += size


def _unescaped(command: CopyCommand, field: list[str]) -> str:
    r"""A field's text; `\N` is the null before it is an escaped N."""
    if "".join(field) == command.null:
        return command.null
    return "".join(part[-1] if len(part) > 1 else part for part in field)
