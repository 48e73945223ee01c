"""COPY text of a block as the CSV that Redshift takes, by passes over the bytes.

Every value is quoted but null, which is a marker that no value of the run can be. So nothing
depends on what a reader makes of an empty field, of blanks or of a backslash.
"""

import re
import secrets

from target_redshift.rows import NULL, escape_field

# What UTF-8 never holds stands for what must not be touched meanwhile.
_BACKSLASH, _TAB, _NEWLINE, _RETURN, _NOT_NULL, _NULL = (
    b"\xff",
    b"\xfe",
    b"\xfd",
    b"\xfc",
    b"\xfb",
    b"\xfa",
)
_ESCAPES = ((b"\\t", _TAB), (b"\\n", _NEWLINE), (b"\\r", _RETURN), (b"\\", _NOT_NULL))
_RESTORED = (
    (_BACKSLASH, b"\\"),
    (_TAB, b"\t"),
    (_NEWLINE, b"\n"),
    (_RETURN, b"\r"),
    (_NOT_NULL, b""),
)


def new_null() -> str:
    """A text for null that nobody can have foreseen."""
    return f"null-{secrets.token_hex(12)}"


def to_csv(text: bytes, null: str, first_ordinal: int | None = None) -> bytes:
    """COPY text as CSV.

    Args:
        text: Lines of COPY text, with `rows.NULL` for null.
        null: What stands for null in the CSV, unquoted (see `new_null`).
        first_ordinal: If given, each row begins with its number, counted from here.
    """
    if first_ordinal is not None:
        lines = text.split(b"\n")
        lines.pop()
        text = b"".join([b"%d\t%b\n" % each for each in enumerate(lines, first_ordinal)])
    has_escapes = b"\\" in text
    if has_escapes:
        text = text.replace(b"\\\\", _BACKSLASH)
        if b"\\" in text:
            for escape, placeholder in _ESCAPES:
                text = text.replace(escape, placeholder)
    text = _mark_nulls(text).replace(b'"', b'""')
    text = text.replace(b"\t", b'"\t"').replace(b"\n", b'"\n"')
    text = b'"' + text.removesuffix(b'"')
    text = text.replace(b'"' + _NULL + b'"', null.encode())
    if has_escapes:
        for placeholder, original in _RESTORED:
            text = text.replace(placeholder, original)
    return text


def to_row(line: bytes, null: str, *, numbered: bool) -> str:
    """A line of CSV as the COPY text that it was made of.

    Args:
        line: The line without its end.
        null: What stands for null in it.
        numbered: Whether it begins with its number.
    """
    fields = [
        None if match[1] is None else match[1].replace('""', '"')
        for match in re.finditer(rf'{null}|"((?:[^"]|"")*)"', line.decode())
    ]
    return "\t".join(map(escape_field, fields[numbered:]))


def _mark_nulls(text: bytes) -> bytes:
    """Fields that are null, marked; each has a tab or a line's end on either side."""
    null = NULL.encode()
    if null not in text:
        return text
    text = b"\n" + text
    # One pass takes a tab with each hit, and so leaves out every other of a row of nulls.
    for _ in range(2):
        for before in (b"\t", b"\n"):
            for after in (b"\t", b"\n"):
                text = text.replace(before + null + after, before + _NULL + after)
    return text[1:]
