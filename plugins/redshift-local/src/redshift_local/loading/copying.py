"""COPY, whole: find the files, load them, keep the books."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from redshift_local.loading import parquet, rows, straight
from redshift_local.loading.backend import EngineError
from redshift_local.loading.careful import CarefulReader, TooManyErrors
from redshift_local.loading.columns import Target, find_target
from redshift_local.loading.command import CopyCommand, parse_copy
from redshift_local.loading.context import LoadError, LoadRecord
from redshift_local.loading.reasons import UNKNOWN
from redshift_local.loading.storage import Source, Storage, chunks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redshift_local.loading.backend import Backend
    from redshift_local.loading.context import Context

    # The engine's statement, and what makes its input of a file's bytes.
    _Way = tuple[str, Callable[[CopyCommand, Target, Iterator[bytes]], Iterator[bytes]]]

_SAVEPOINT: Final = "redshift_local_load"
# Classes of errors that the data may be to blame for: data exceptions, broken constraints.
_DATA_ERRORS: Final = ("22", "23")
_PLACE: Final = re.compile(r"COPY .*?, line (\d+)(?:, column (\S+?))?(?::|$)", re.DOTALL)


def load(sql: str, backend: Backend, context: Context) -> int:
    """Run a COPY.

    It is part of a transaction that the caller has begun, and that the caller ends: after an error
    by rolling it back. The load tables are written at once, whatever becomes of the transaction.

    Args:
        sql: The statement.
        backend: The session's connection.
        context: The session.

    Returns:
        The number of rows loaded.

    Raises:
        Refused: Redshift would not take the statement, or the stand-in does not know it.
        EngineError: The load failed; SQLSTATE XX000 with Redshift's words where Redshift has some.
    """
    command = parse_copy(sql, keep_case=context.keep_case)
    job = _Job(command, context)
    try:
        target = find_target(backend, command)
        storage = Storage(context, command.access, command.region)
        job.sources = storage.sources(command)
        job.rows = _loaded(job, target, storage, backend)
    except EngineError as error:
        job.journal("aborted", str(error))
        raise
    finally:
        if job.errors:
            context.journal.errors(context.place, job.table_id, job.started, job.errors)
    job.journal("completed")
    return job.rows


@dataclass
class _Job:
    command: CopyCommand
    context: Context
    started: datetime = field(default_factory=lambda: datetime.now(UTC).replace(tzinfo=None))
    table_id: int = 0
    sources: list[Source] = field(default_factory=list)
    errors: list[LoadError] = field(default_factory=list)
    rows: int = 0

    def journal(self, status: str, message: str = "") -> None:
        ended = datetime.now(UTC).replace(tzinfo=None)
        size = sum(source.size for source in self.sources)
        self.context.journal.history(
            self.context.place,
            LoadRecord(
                status=status,
                table_name=self.command.name,
                start_time=self.started,
                end_time=ended,
                duration=int((ended - self.started).total_seconds() * 1e6),
                data_source=self.command.source,
                file_format=self.command.format.lower(),
                loaded_rows=self.rows,
                loaded_bytes=size if status == "completed" else 0,
                source_file_count=len(self.sources),
                source_file_bytes=size,
                file_count_scanned=len(self.sources),
                file_bytes_scanned=size,
                error_count=len(self.errors),
                error_message=message[:512],
            ),
        )


def _loaded(job: _Job, target: Target, storage: Storage, backend: Backend) -> int:
    job.table_id = target.oid
    if job.command.format == "PARQUET":
        return parquet.load(job.command, target, storage, job.sources, backend)
    if straight.can_go_straight(job.command, target):
        ways: list[_Way] = [(straight.statement(job.command, target), straight.checked)]
        if rows.can_go_binary(target):
            ways.insert(0, (rows.statement(target), rows.encoded))
        for way in ways:
            loaded = _tried(way, job, target, storage, backend)
            if loaded is not None:
                return loaded
    return _careful(job, target, storage, backend)


def _tried(way: _Way, job: _Job, target: Target, storage: Storage, backend: Backend) -> int | None:
    """Load on one of the quick ways, or do nothing if that cannot tell what the files mean."""
    command = job.command
    statement, read = way
    backend.query(f"SAVEPOINT {_SAVEPOINT}")
    try:
        loaded = sum(
            backend.copy_in(
                statement, read(command, target, chunks(storage, source, command.compression))
            )
            for source in job.sources
        )
    except straight.Unfit:
        pass
    except EngineError as error:
        if not error.sqlstate.startswith(_DATA_ERRORS):
            raise
    else:
        backend.query(f"RELEASE SAVEPOINT {_SAVEPOINT}")
        return loaded
    backend.query(f"ROLLBACK TO SAVEPOINT {_SAVEPOINT}; RELEASE SAVEPOINT {_SAVEPOINT}")
    return None


def _careful(job: _Job, target: Target, storage: Storage, backend: Backend) -> int:
    command = job.command
    reader = CarefulReader(command, target)
    job.errors = reader.errors
    loaded = 0
    for source in job.sources:
        pieces = reader.read(source.url, chunks(storage, source, command.compression))
        try:
            loaded += backend.copy_in(reader.statement, pieces)
        except TooManyErrors as error:
            raise _failed(command) from error
        except EngineError as error:
            if not error.sqlstate.startswith(_DATA_ERRORS):
                raise
            job.errors.append(_engines_error(source, reader, error))
            raise _failed(command) from error
    return loaded


def _engines_error(source: Source, reader: CarefulReader, error: EngineError) -> LoadError:
    """What the engine refused after it had passed here: a constraint, or a value's meaning."""
    place = _PLACE.search(error.where or "")
    return LoadError(
        file_name=source.url,
        line_number=reader.numbers[int(place[1]) - 1] if place else 0,
        column_name=(place[2] or "") if place else "",
        column_type="",
        column_length="",
        position=0,
        error_code=UNKNOWN,
        error_message=error.message,
        raw_line=error.detail or "",
        raw_field_value="",
    )


def _failed(command: CopyCommand) -> EngineError:
    return EngineError(
        sqlstate="XX000",
        message=f"Load into table '{command.name}' failed.  "
        "Check 'sys_load_error_detail' system table for details.",
    )
