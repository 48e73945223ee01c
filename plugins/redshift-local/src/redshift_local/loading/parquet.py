"""COPY ... PARQUET: Arrow reads the files and writes CSV for the engine, both outside of Python."""

from __future__ import annotations

import io
import json
import tempfile
from typing import IO, TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped] # has no types
import pyarrow.compute as pc  # type: ignore[import-untyped] # has no types
from pyarrow import csv
from pyarrow import parquet as pq

from redshift_local.loading.backend import EngineError
from redshift_local.loading.storage import CHUNK, problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.loading.backend import Backend
    from redshift_local.loading.columns import Column, Target
    from redshift_local.loading.command import CopyCommand
    from redshift_local.loading.storage import Source, Storage

_ROWS: Final = 32_768
_FITTING: Final = {
    "int2": (pa.types.is_int8, pa.types.is_int16),
    "int4": (pa.types.is_int8, pa.types.is_int16, pa.types.is_int32),
    "int8": (pa.types.is_int64,),
    "float4": (pa.types.is_float32,),
    "float8": (pa.types.is_float64,),
    "bool": (pa.types.is_boolean,),
    "numeric": (pa.types.is_decimal,),
    "date": (pa.types.is_date32,),
    "timestamp": (pa.types.is_timestamp,),
    "timestamptz": (pa.types.is_timestamp,),
    "varchar": (pa.types.is_string, pa.types.is_large_string),
    "bpchar": (pa.types.is_string, pa.types.is_large_string),
    "super": (pa.types.is_nested, pa.types.is_string, pa.types.is_large_string),
}


def load(
    command: CopyCommand,
    target: Target,
    storage: Storage,
    sources: list[Source],
    backend: Backend,
) -> int:
    """Load the files into the table's columns, by place and not by name.

    Raises:
        EngineError: A file does not have exactly the table's columns.
    """
    statement = f"COPY {target.name} ({target.column_list}) FROM STDIN (FORMAT csv)"
    rows = 0
    for source in sources:
        with _fetched(storage, source) as file:
            try:
                pieces = _pieces(command, target, source, pq.ParquetFile(file))
                rows += backend.copy_in(statement, pieces)
            except pa.ArrowInvalid as error:
                raise problem(f"Invalid Parquet file '{source.url}': {error}") from error
            except EngineError as error:
                raise _explained(error, source) from error
    return rows


def _fetched(storage: Storage, source: Source) -> IO[bytes]:
    """The file on disk: Parquet begins at its end."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    reader = storage.open(source)
    for chunk in iter(lambda: reader.read(CHUNK), b""):
        file.write(chunk)
    file.seek(0)
    return file


def _pieces(
    command: CopyCommand,
    target: Target,
    source: Source,
    file: Any,  # noqa: ANN401 - untyped
) -> Iterator[bytes]:
    schema = file.schema_arrow
    missing = len(target.columns) - len(schema)
    if missing and not (missing > 0 and command.fill_record):
        raise _scan_error(
            "Unmatched number of columns between table and file. "
            f"Table columns: {len(target.columns)}, Data columns: {len(schema)}, "
            f"File name: {source.url}"
        )
    for column, field in zip(target.columns, schema, strict=False):
        _check_type(command, column, field, source)
    for batch in file.iter_batches(batch_size=_ROWS):
        arrays = [
            _prepared(column, values, source)
            for column, values in zip(target.columns, batch.columns, strict=False)
        ]
        arrays += [pa.nulls(len(batch))] * missing
        names = [column.name for column in target.columns]
        sink = io.BytesIO()
        csv.write_csv(
            pa.record_batch(arrays, names=names), sink, csv.WriteOptions(include_header=False)
        )
        yield sink.getvalue()


def _check_type(command: CopyCommand, column: Column, field: Any, source: Source) -> None:  # noqa: ANN401 - untyped
    kind = field.type
    fits = any(test(kind) for test in _FITTING.get(column.type, ()))
    if column.type == "numeric":
        fits = fits and kind.scale == column.scale and kind.precision <= (column.length or 38)
    if column.type in {"timestamp", "timestamptz"}:
        fits = fits and (kind.tz is not None) == (column.type == "timestamptz")
    if pa.types.is_nested(kind) and not command.serialize_to_json:
        fits = False
    if not fits:
        raise _scan_error(
            f"File '{source.url}' has an incompatible Parquet schema for column "
            f"'{column.name}'. Column type: {column.type.upper()}, Parquet schema: "
            f"{'optional' if field.nullable else 'required'} {kind} {field.name}"
        )


def _prepared(column: Column, values: Any, source: Source) -> Any:  # noqa: ANN401 - untyped
    if column.is_text and column.length is not None:
        longest = pc.max(pc.binary_length(values)).as_py() or 0
        if longest > column.length:
            raise _scan_error(
                f"The length of the data column {column.name} is longer than the length defined "
                f"in the table. Table: {column.length}, Data: {longest}, File name: {source.url}"
            )
    if column.type == "numeric":
        return values.cast(pa.string())
    if column.type in {"timestamp", "timestamptz"}:
        # an instant's number counts from 1970 in UTC, whatever zone it is shown in
        text = pc.cast(values, pa.timestamp("us"), safe=False).cast(pa.string())
        return pc.binary_join_element_wise(text, "+00", "") if values.type.tz else text
    if column.type == "super":
        return pa.array(
            [None if value is None else _json(value) for value in values.to_pylist()], pa.string()
        )
    return values


def _json(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


def _scan_error(message: str) -> EngineError:
    """An error of the layer that reads Parquet, which is Spectrum's."""
    detail = f"\n  error:  Spectrum Scan Error\n  code:      15007\n  context:   {message}"
    return EngineError(sqlstate="XX000", message=f"Spectrum Scan Error: {message}", detail=detail)


def _explained(error: EngineError, source: Source) -> EngineError:
    if error.sqlstate != "23502":
        return error
    return _scan_error(f"Missing data for not-null field, File name: {source.url}: {error.message}")
