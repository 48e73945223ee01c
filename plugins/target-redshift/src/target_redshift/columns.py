"""COPY text of a block as columns: read by pyarrow, never row by row in Python."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # it has no types
from pyarrow import csv

from target_redshift.engine import Block
from target_redshift.rows import NULL
from target_redshift.schema import Kind, Property

# What UTF-8 never holds stands for what COPY escapes: one byte each, as the values have.
_BACKSLASH, _TAB, _NEWLINE, _RETURN, _NOT_NULL = b"\xff", b"\xfe", b"\xfd", b"\xfc", b"\xfb"
_PLACEHOLDERS = (
    (rb"\\", _BACKSLASH),
    (rb"\t", _TAB),
    (rb"\n", _NEWLINE),
    (rb"\r", _RETURN),
    # A text that is called as COPY's null here.
    (b"\\" + NULL[:1].encode(), _NOT_NULL),
)
_ORIGINALS = (
    (_BACKSLASH, b"\\"),
    (_TAB, b"\t"),
    (_NEWLINE, b"\n"),
    (_RETURN, b"\r"),
    (_NOT_NULL, NULL[:1].encode()),
)
_ESCAPED = (Kind.TEXT, Kind.JSON)


def read_columns(block: Block, wanted: Sequence[Property]) -> dict[Property, Any]:
    """Columns of a block as pyarrow's arrays of bytes.

    Escapes are still one byte each that no text has: their lengths are right, and
    `restore` gives the values.
    """
    if not wanted:
        return {}
    text = block.text
    if b"\\" in text:
        for escape, placeholder in _PLACEHOLDERS:
            text = text.replace(escape, placeholder)
    columns = block.layout.columns
    names = [str(position) for position in range(len(columns))]
    chosen = {each: names[columns.index(each)] for each in wanted}
    table = csv.read_csv(
        pa.py_buffer(text),
        csv.ReadOptions(column_names=names, block_size=len(text) + 1, use_threads=False),
        csv.ParseOptions(
            delimiter="\t", quote_char=False, escape_char=False, ignore_empty_lines=False
        ),
        csv.ConvertOptions(
            check_utf8=False,
            include_columns=list(chosen.values()),
            column_types=dict.fromkeys(names, pa.binary()),
            null_values=[NULL],
            strings_can_be_null=True,
        ),
    )
    return {each: table.column(name).combine_chunks() for each, name in chosen.items()}


def restore(declared: Property, values: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    """A column of `read_columns` as text, in which only text and JSON have escapes."""
    if declared.kind in _ESCAPED:
        for placeholder, original in _ORIGINALS:
            values = pc.replace_substring(values, pattern=placeholder, replacement=original)
    return values.cast(pa.string())


def text_lengths(block: Block, *, beyond: int) -> dict[Property, int]:
    """The bytes of the longest text of each text column, of those that hold a longer one.

    Args:
        block: The rows.
        beyond: Shorter texts are no matter.
    """
    texts = [each for each in block.layout.columns if each.kind is Kind.TEXT]
    if not texts or max(map(len, block.lines)) <= beyond:
        return {}
    columns = read_columns(block, texts)
    lengths = {each: pc.max(pc.binary_length(columns[each])).as_py() or 0 for each in texts}
    return {each: length for each, length in lengths.items() if length > beyond}
