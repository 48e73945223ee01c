"""COPY text of a block as the CSV that Redshift takes, by passes over the bytes.

Every value is quoted but null, which is a marker that no value of the run can be. So nothing
depends on what a reader makes of an empty field, of blanks or of a backslash.
"""

import re
import secrets
from collections.abc import Iterator

from target_redshift.engine import Block
from target_redshift.rows import NULL, escape_field

# Rare in texts and in JSON, so that hardly a value has one that must be doubled.
QUOTE = "^"
_QUOTE = QUOTE.encode()
# The passes over so much find it in the processor's cache: twice as fast as over a whole block.
_PIECE_BYTES = 1 << 18
# What UTF-8 never holds stands for what must not be touched meanwhile.
_BACKSLASH, _TAB, _NEWLINE, _RETURN, _NOT_NULL, _DOUBLED = (bytes([0xFF - at]) for at in range(6))
_PROTECTED = (
    (b"\\\\", _BACKSLASH),
    (b"\\t", _TAB),
    (b"\\n", _NEWLINE),
    (b"\\r", _RETURN),
    (b"\\", _NOT_NULL),
    (_QUOTE, _DOUBLED),
)
_RESTORED = (
    (_BACKSLASH, b"\\"),
    (_TAB, b"\t"),
    (_NEWLINE, b"\n"),
    (_RETURN, b"\r"),
    (_NOT_NULL, b""),
    (_DOUBLED, _QUOTE * 2),
)


def new_null() -> str:
    """A text for null that nobody can have foreseen."""
    return f"null-{secrets.token_hex(12)}"


def to_csv(block: Block, null: str, first_ordinal: int | None = None) -> bytes:
    """A block's COPY text as CSV.

    Args:
        block: The rows, with `rows.NULL` for null.
        null: What stands for null in the CSV, unquoted (see `new_null`).
        first_ordinal: If given, each row begins with its number, counted from here.
    """
    text = block.text
    if first_ordinal is not None:
        numbered = enumerate(block.lines, first_ordinal)
        text = b"".join([b"%d\t%b\n" % each for each in numbered])
    null_bytes = null.encode()
    return b"".join([_quote(piece, null_bytes) for piece in _pieces(text)])


def _pieces(text: bytes) -> Iterator[bytes]:
    """Whole lines, some at a time."""
    start = 0
    while start < len(text):
        end = text.rfind(b"\n", start, start + _PIECE_BYTES) + 1
        end = end or text.index(b"\n", start) + 1
        yield text[start:end]
        start = end


def _quote(text: bytes, null: bytes) -> bytes:
    is_plain = b"\\" not in text and _QUOTE not in text
    if not is_plain:
        text = _replace(text, _PROTECTED)
    text = text.replace(b"\t", _QUOTE + b"\t" + _QUOTE).replace(b"\n", _QUOTE + b"\n" + _QUOTE)
    text = _QUOTE + text.removesuffix(_QUOTE)
    # No value looks so: a quote in one, and the text that is called like null, are protected.
    text = text.replace(_QUOTE + NULL.encode() + _QUOTE, null)
    return text if is_plain else _replace(text, _RESTORED)


def to_row(line: bytes, null: str, *, numbered: bool) -> str:
    """A line of CSV as the COPY text that it was made of.

    Args:
        line: The line without its end.
        null: What stands for null in it.
        numbered: Whether it begins with its number.
    """
    fields = [
        None if match[1] is None else match[1].replace(QUOTE * 2, QUOTE)
        for match in re.finditer(rf"{null}|\^((?:[^^]|\^\^)*)\^", line.decode())
    ]
    return "\t".join(map(escape_field, fields[numbered:]))


def _replace(text: bytes, pairs: tuple[tuple[bytes, bytes], ...]) -> bytes:
    for old, new in pairs:
        text = text.replace(old, new)
    return text
