"""UNLOAD, whole: run the select, write its rows to files, put these on S3."""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Final

import pyarrow as pa  # type: ignore[import-untyped] # has no types
from botocore.exceptions import BotoCoreError, ClientError

from redshift_local.loading.columns import columns_of
from redshift_local.loading.renderings import engine_copy, rendering
from redshift_local.loading.storage import Storage, problem, service_error, split_url
from redshift_local.loading.unload_command import parse_unload

if TYPE_CHECKING:
    from redshift_local.loading.backend import Backend
    from redshift_local.loading.columns import Column
    from redshift_local.loading.context import Context
    from redshift_local.loading.unload_command import UnloadCommand

_VIEW: Final = "redshift_local_unload"
_SUFFIXES: Final = {"gzip": ".gz", "zstd": ".zst", None: ""}


@dataclass(frozen=True)
class _File:
    """A file that was put on S3."""

    url: str
    size: int
    rows: int


def unload(sql: str, backend: Backend, context: Context) -> int:
    """Run an UNLOAD inside the caller's transaction.

    Args:
        sql: The statement.
        backend: The session's connection.
        context: The session.

    Returns:
        The number of rows written.

    Raises:
        Refused: Redshift would not take the statement, or the stand-in does not know it.
        EngineError: The select failed, or S3 did.
    """
    command = parse_unload(sql)
    select = context.translate(command.select)
    storage = Storage(context, command.access, None)
    try:
        _make_room(command, storage)
        columns = _columns(select, backend)
        with ExitStack() as stack:
            writers = _writers(command, context, columns, stack)
            rows = _written(select, backend, command, writers)
            files = [writer.put(storage) for writer in writers if writer.rows]
        if command.manifest:
            _put_manifest(command, storage, columns, files)
    except (ClientError, BotoCoreError) as error:
        raise service_error(error) from error
    return rows


def _make_room(command: UnloadCommand, storage: Storage) -> None:
    """Refuse to write where something lies, or clear it away, as the statement says."""
    bucket, prefix = split_url(command.target)
    pages = storage.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    keys = [entry["Key"] for page in pages for entry in page.get("Contents", [])]
    if keys and command.clean_path:
        for key in keys:
            storage.client.delete_object(Bucket=bucket, Key=key)
    elif keys and not command.overwrite:
        raise problem(
            "Specified unload destination on S3 is not empty. Consider using a different bucket / "
            "prefix, manually removing the target files in S3, or using the ALLOWOVERWRITE option."
        )


def _columns(select: str, backend: Backend) -> list[Column]:
    """Names and types of what a select gives, by a view that is gone again."""
    backend.query(f"SAVEPOINT {_VIEW}")
    try:
        backend.query(f"CREATE TEMPORARY VIEW {_VIEW} AS {select}")
        return columns_of(backend, f"pg_temp.{_VIEW}")[1]
    finally:
        backend.query(f"ROLLBACK TO SAVEPOINT {_VIEW}; RELEASE SAVEPOINT {_VIEW}")


class _Writer:
    """Writes one file, on disk until it is whole."""

    def __init__(
        self, name: str, command: UnloadCommand, columns: list[Column], stack: ExitStack
    ) -> None:
        self._name = name
        self._command = command
        self._file: IO[bytes] = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115 - the stack closes it
        self._sink: Any = self._file
        if command.compression:
            # it closes what it writes to, and only then is all written
            copy = os.fdopen(os.dup(self._file.fileno()), "wb")
            self._sink = pa.CompressedOutputStream(pa.PythonFile(copy), command.compression)
        self._rendering = rendering(command, columns, self._sink)
        self.rows = 0

    def write(self, row: bytes) -> None:
        """Add one row, as the engine's COPY gives it."""
        self._rendering.write(row)
        self.rows += 1

    def put(self, storage: Storage) -> _File:
        """Finish the file and put it on S3."""
        self._rendering.close()
        if self._sink is not self._file:
            self._sink.close()
        size = self._file.seek(0, os.SEEK_END)
        self._file.seek(0)
        bucket, prefix = split_url(self._command.target)
        key = prefix + self._name
        storage.client.upload_fileobj(self._file, bucket, key, ExtraArgs=_encryption(self._command))
        return _File(f"s3://{bucket}/{key}", size, self.rows)


def _writers(
    command: UnloadCommand, context: Context, columns: list[Column], stack: ExitStack
) -> list[_Writer]:
    """One file per slice, `<prefix>0000_part_00`, or in series one, `<prefix>000` (AWS's names)."""
    count = context.slices if command.parallel else 1
    names = [f"{n:04}_part_00" for n in range(count)] if command.parallel else ["000"]
    if command.extension:
        ending = f".{command.extension}"
    elif command.format == "PARQUET":
        ending = ".parquet"
    else:
        ending = _SUFFIXES[command.compression]
    return [_Writer(name + ending, command, columns, stack) for name in names]


def _written(select: str, backend: Backend, command: UnloadCommand, writers: list[_Writer]) -> int:
    rows = 0
    for row in backend.copy_out(engine_copy(command, select)):
        writers[rows % len(writers)].write(row)
        rows += 1
    return rows


def _encryption(command: UnloadCommand) -> dict[str, str]:
    """How S3 shall encrypt; by itself it does so with its own key."""
    if not command.kms_key_id:
        return {}
    return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": command.kms_key_id}


def _put_manifest(
    command: UnloadCommand, storage: Storage, columns: list[Column], files: list[_File]
) -> None:
    entries: list[dict[str, Any]] = [{"url": file.url} for file in files]
    manifest: dict[str, Any] = {"entries": entries}
    if command.manifest == "verbose":
        for entry, file in zip(entries, files, strict=True):
            entry["meta"] = {"content_length": file.size, "record_count": file.rows}
        elements = [{"name": column.name, "type": {"base": column.type}} for column in columns]
        manifest["schema"] = {"elements": elements}
        manifest["meta"] = {
            "content_length": sum(file.size for file in files),
            "record_count": sum(file.rows for file in files),
        }
    bucket, prefix = split_url(command.target)
    body = json.dumps(manifest, indent=2).encode()
    storage.client.put_object(Bucket=bucket, Key=f"{prefix}manifest", Body=body)
