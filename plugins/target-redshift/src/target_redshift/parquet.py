"""Rows as Parquet: the columns that a fresh table of the layout would have, typed and compressed.

Numbers and JSON are text there, every digit kept: no type of Parquet holds any number, and one
whose scale changed from file to file could not be read as a whole.
"""

from typing import Any

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types
import pyarrow.compute as pc  # type: ignore[import-untyped]  # it has no types
from pyarrow import parquet as pq

from target_redshift.columns import read_columns, restore
from target_redshift.engine import Block
from target_redshift.metadata import METADATA_NAMES, Metadata
from target_redshift.names import conform, distinct
from target_redshift.rows import Layout
from target_redshift.schema import Kind, Property

_TYPES: dict[Kind, Any] = {
    Kind.TEXT: pa.string(),
    Kind.INTEGER: pa.int64(),
    Kind.NUMBER: pa.string(),
    Kind.BOOLEAN: pa.bool_(),
    Kind.INSTANT: pa.timestamp("us", "UTC"),
    Kind.DATE: pa.date32(),
    Kind.TIME: pa.time64("us"),
    Kind.JSON: pa.string(),
}
# Times are read as moments of it.
_ANY_DAY = "1970-01-01"
_OFFSET = r"(?:Z|[+-]\d\d:\d\d)$"


class ParquetFile:
    """A Parquet file in memory, compressed block by block."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._names = _names(layout)
        self._schema = pa.schema(
            [
                pa.field(
                    self._names[each],
                    _TYPES[each.kind],
                    metadata={"source": each.name, "kind": each.kind.value},
                )
                for each in layout.columns
            ]
        )
        self._sink = pa.BufferOutputStream()
        self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd")

    def write(self, block: Block) -> None:
        """Add a block's rows."""
        found = read_columns(block, self._layout.columns)
        arrays = [_typed(each, found[each]) for each in self._layout.columns]
        self._writer.write_table(pa.Table.from_arrays(arrays, schema=self._schema))

    def close(self) -> bytes:
        """The whole file."""
        self._writer.close()
        return bytes(self._sink.getvalue())


def _names(layout: Layout) -> dict[Property, str]:
    """Names as a fresh table's columns have them: in the schema's order."""
    names: dict[Property, str] = {each: each.name for each in layout.columns}
    taken = set(METADATA_NAMES)
    for each in layout.schema.properties:
        if each in names and not isinstance(each, Metadata):
            names[each] = distinct(conform(each.name), taken)
            taken.add(names[each])
    return names


def _typed(declared: Property, values: Any) -> Any:  # noqa: ANN401 - pyarrow has no types
    text = restore(declared, values)
    if declared.kind is Kind.INSTANT:
        # Without an offset it is UTC.
        is_complete = pc.match_substring_regex(text, _OFFSET)
        suffix = pc.if_else(is_complete, "", "Z")
        text = pc.binary_join_element_wise(text, suffix, "")
    if declared.kind is Kind.TIME:
        moment = pc.binary_join_element_wise(_ANY_DAY, text, "T")
        text = pc.cast(moment, pa.timestamp("us"))
    return pc.cast(text, _TYPES[declared.kind])
