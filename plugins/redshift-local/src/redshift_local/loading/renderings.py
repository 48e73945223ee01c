"""Rows of the engine's COPY as UNLOAD writes them: delimited text, CSV, JSON, Parquet."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, Protocol

import pyarrow as pa  # type: ignore[import-untyped] # has no types
from pyarrow import parquet as pq

from redshift_local.loading.columns import literal

if TYPE_CHECKING:
    from redshift_local.loading.columns import Column
    from redshift_local.loading.unload_command import UnloadCommand

_BATCH: Final = 32_768
_ESCAPED: Final = re.compile(r"\\(.)", re.DOTALL)
_LETTERS: Final = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v"}
_NUMBERS: Final = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_ARROW: Final = {
    "int2": pa.int16(),
    "int4": pa.int32(),
    "int8": pa.int64(),
    "float4": pa.float32(),
    "float8": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", "UTC"),
}


class Rendering(Protocol):
    """Writes rows in one format."""

    def write(self, row: bytes) -> None:
        """Add a row, as the engine's COPY gives it."""

    def close(self) -> None:
        """Write what is left."""


def engine_copy(command: UnloadCommand, select: str) -> str:
    """The engine's COPY from which a rendering is made; CSV is taken as it comes."""
    if command.format != "CSV":
        return f"COPY ({select}) TO STDOUT"
    delimiter, null = literal(command.delimiter), literal(command.null)
    return f"COPY ({select}) TO STDOUT (FORMAT csv, DELIMITER {delimiter}, NULL {null})"


def rendering(command: UnloadCommand, columns: list[Column], sink: Any) -> Rendering:  # noqa: ANN401 - Arrow's or Python's
    """The rendering that a statement asks for.

    Args:
        command: The statement.
        columns: What its select gives.
        sink: Where bytes are written to.
    """
    kinds: dict[str, type[_Csv | _Text | _Json | _Parquet]]
    kinds = {"CSV": _Csv, "TEXT": _Text, "JSON": _Json, "PARQUET": _Parquet}
    return kinds[command.format](command, columns, sink)


class _Csv:
    def __init__(self, command: UnloadCommand, columns: list[Column], sink: Any) -> None:  # noqa: ANN401 - as above
        self._sink = sink
        if command.header:
            names = command.delimiter.join(column.name for column in columns)
            sink.write(f"{names}\n".encode())

    def write(self, row: bytes) -> None:
        self._sink.write(row)

    def close(self) -> None:
        pass


class _Text(_Csv):
    """Delimited text: nothing is quoted or escaped unless ADDQUOTES or ESCAPE says so."""

    def __init__(self, command: UnloadCommand, columns: list[Column], sink: Any) -> None:  # noqa: ANN401 - as above
        super().__init__(command, columns, sink)
        self._command = command
        self._special = re.compile(r"([\\\n\r" + re.escape(command.delimiter) + "\"'])")

    def write(self, row: bytes) -> None:
        line = self._command.delimiter.join(map(self._field, _values(row)))
        self._sink.write(f"{line}\n".encode())

    def _field(self, value: str | None) -> str:
        if value is None:
            return self._command.null
        if self._command.escape:
            value = self._special.sub(r"\\\1", value)
        return f'"{value}"' if self._command.add_quotes else value


class _Json:
    """One object per line; numbers, booleans and SUPER as JSON, everything else as strings."""

    def __init__(self, _: UnloadCommand, columns: list[Column], sink: Any) -> None:  # noqa: ANN401 - as above
        self._sink = sink
        self._names = [json.dumps(column.name, ensure_ascii=False) for column in columns]
        self._types = [column.type for column in columns]

    def write(self, row: bytes) -> None:
        fields = zip(self._names, self._types, _values(row), strict=True)
        body = ",".join(f"{name}:{_json(kind, value)}" for name, kind, value in fields)
        self._sink.write(f"{{{body}}}\n".encode())

    def close(self) -> None:
        pass


class _Parquet:
    """Arrow's types by the columns'; SUPER is JSON text, as in Redshift's own files."""

    def __init__(self, _: UnloadCommand, columns: list[Column], sink: Any) -> None:  # noqa: ANN401 - as above
        fields = [pa.field(column.name, _arrow_type(column)) for column in columns]
        self._schema = pa.schema(fields)
        self._writer = pq.ParquetWriter(sink, self._schema, compression="snappy")
        self._rows: list[list[str | None]] = []

    def write(self, row: bytes) -> None:
        self._rows.append(_values(row))
        if len(self._rows) >= _BATCH:
            self._flush()

    def close(self) -> None:
        if self._rows:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        arrays = [
            _array(values, field.type)
            for values, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
        ]
        self._writer.write_batch(pa.record_batch(arrays, schema=self._schema))
        self._rows = []


def _values(row: bytes) -> list[str | None]:
    r"""A row of the engine's text format: fields by tabs, `\N` for null, letters for controls."""
    return [
        None if field == r"\N" else _plain(field)
        for field in row.decode().removesuffix("\n").split("\t")
    ]


def _plain(field: str) -> str:
    if "\\" not in field:
        return field
    return _ESCAPED.sub(lambda found: _LETTERS.get(found[1], found[1]), field)


def _json(kind: str, value: str | None) -> str:
    if value is None:
        return "null"
    if kind == "bool":
        return "true" if value == "t" else "false"
    if kind == "super" or (kind in _NUMBERS and value[-1].isdigit()):
        return value
    return json.dumps(value, ensure_ascii=False)


def _arrow_type(column: Column) -> Any:  # noqa: ANN401 - Arrow has no types
    if column.type == "numeric":
        return pa.decimal128(column.length or 38, column.scale)
    return _ARROW.get(column.type, pa.string())


def _array(values: tuple[str | None, ...], kind: Any) -> Any:  # noqa: ANN401 - as above
    if pa.types.is_boolean(kind):
        return pa.array([None if value is None else value == "t" for value in values], kind)
    return pa.array(values, pa.string()).cast(kind)
