"""The engine `postgres`: COPY FROM STDIN, and one transaction per flush."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any, ClassVar

import psycopg
from psycopg import sql

from target_redshift.archive_table import ArchiveTable
from target_redshift.bookmarks import Reached
from target_redshift.engine import Block, Pace
from target_redshift.errors import RowRefusedError, WarehouseError
from target_redshift.limits import NO_LIMITS, Limits
from target_redshift.metadata import DELETED_AT, TABLE_VERSION
from target_redshift.postgres_bookmarks import BookmarkTable
from target_redshift.rows import NULL, Layout
from target_redshift.schema import Property
from target_redshift.settings import LoadMethod, Settings
from target_redshift.stage import Stage, check_count
from target_redshift.tables import Table, fit_key, fit_table, is_empty

# The context of an error, as Postgres says it where it is sure of the line.
_ROW_AT_FAULT = re.compile(r"COPY [^,]+, line (\d+)(?:: |, column )")
# Classes of SQLSTATE that a row can be at fault of: its data, constraints, limits of the server.
_FAULTS_OF_ROWS = ("22", "23", "54")
# Of the machine, not of the input: no space, no memory, a file that cannot be written or grow.
_FAULTS_OF_SERVERS = ("53", "58", "XX")


@dataclass
class _Load:
    """One stream's table while rows come in.

    Attributes:
        layout: The rows' columns.
        table: Where they go.
        key: What makes a row one; empty where rows are only added.
        direct: Whether rows go straight into the table, not by way of a temporary one.
        replaces: Whether the rows wait for the end, to take the place of the whole table.
        stage: The temporary table, once it is there.
    """

    layout: Layout
    table: Table
    key: list[Property]
    direct: bool
    replaces: bool
    stage: Stage | None = None


@dataclass
class PostgresEngine:
    """A Postgres warehouse (see `engine.Engine`)."""

    settings: Settings
    pace: ClassVar[Pace] = Pace(lines=100_000, seconds=30)
    limits: ClassVar[Limits] = NO_LIMITS
    _loads: dict[str, _Load] = field(default_factory=dict)
    _connection: psycopg.Connection | None = None
    _is_locked: bool = False
    _stages: int = 0

    def connect(self) -> None:
        """Open the connection; values never depend on the server's settings."""
        settings = self.settings
        try:
            self._connection = psycopg.connect(
                host=settings.host,
                port=settings.port,
                user=settings.user,
                password=settings.password,
                dbname=settings.database,
                sslmode=settings.sslmode or "prefer",
                application_name="target-redshift",
                client_encoding="UTF8",
                options="-c timezone=UTC -c datestyle=ISO,YMD -c standard_conforming_strings=on"
                # A state that is given out stands for rows that a crash does not take back.
                " -c client_min_messages=warning -c synchronous_commit=on",
                connect_timeout=30,
                # A database whose machine is gone answers no probe; one that only waits does.
                keepalives_idle=60,
                keepalives_interval=10,
                keepalives_count=6,
                # A stage that was small when a plan was made is large the next time.
                prepare_threshold=None,
            )
            # Whoever waited for the lock has to see what the other one committed.
            self._connection.isolation_level = psycopg.IsolationLevel.READ_COMMITTED
        except psycopg.Error as error:
            raise WarehouseError(
                f"Cannot connect to the database ({_first_line(error)}): check the settings "
                f'host ("{settings.host}"), port ({settings.port}), user ("{settings.user}"), '
                f'password and database ("{settings.database}").'
            ) from None

    def prepare(self, layout: Layout) -> None:
        """Make the stream's table take the layout; what is staged by an older one goes first."""
        stream = layout.schema.stream
        with self._errors_named(stream):
            before = self._loads.get(stream)
            if before is not None:
                self._merge(before)
            self._lock()
            with self._cursor() as cursor:
                table = fit_table(cursor, self.settings.schema, layout)
                self._check_free(stream, table)
                self._loads[stream] = load = self._new_load(cursor, layout, table, before)
                if load.replaces:
                    self._stage(load, before.stage if before else None)
                else:
                    fit_key(cursor, table, stream, load.key)
                    if before and before.stage:
                        before.stage.drop(cursor)

    def load(self, block: Block) -> None:
        """Copy rows into the table, or beside it when their keys may be there already."""
        stream = block.layout.schema.stream
        load = self._loads[stream]
        with self._errors_named(stream, block):
            if load.direct:
                self._lock()
                load.direct = self._try_direct(load, block)
            if not load.direct:
                stage = load.stage or self._stage(load, None)
                self._copy(stage.identifier, load, block)
                stage.rows += block.rows

    def activate_version(self, stream: str, version: int) -> None:
        """Mark as deleted, or delete, what versions before this one left behind."""
        load = self._loads[stream]
        with self._errors_named(stream):
            self._merge(load)
            self._lock()
            old = sql.SQL("{} < {}").format(
                sql.Identifier(TABLE_VERSION.name), sql.Literal(version)
            )
            mark = sql.Identifier(DELETED_AT.name)
            if self.settings.hard_delete:
                query = sql.SQL("delete from {table} where {old}")
            else:
                query = sql.SQL("update {table} set {mark} = now() where {old} and {mark} is null")
            waiting = load.stage if load.replaces else None
            table = (waiting or load.table).identifier
            with self._cursor() as cursor:
                cursor.execute(query.format(table=table, mark=mark, old=old))
                if waiting and self.settings.hard_delete:
                    waiting.rows -= cursor.rowcount

    def replace_tables(self) -> None:
        """Let what was kept for the end take the place of what is in its tables."""
        for stream, load in sorted(self._loads.items()):
            if load.replaces and load.stage:
                with self._errors_named(stream), self._cursor() as cursor:
                    self._lock()
                    load.stage.replace(cursor)

    def check_start(self, start: Reached) -> None:
        """Look the bookmark up, and that the rows it stands for are still there."""
        with self._errors_named(start.bookmark.stream), self._cursor() as cursor:
            is_empty = self._are_empty(start)
            BookmarkTable(cursor, self.settings).check(start.bookmark, is_empty=is_empty)

    def keep_bookmarks(self, reached: Sequence[Reached]) -> None:
        """Merge what the bookmarks speak of, and keep them."""
        with self._errors_named(None), self._cursor() as cursor:
            self._lock()
            BookmarkTable(cursor, self.settings).create()
        for each in reached:
            with self._errors_named(each.bookmark.stream), self._cursor() as cursor:
                for stream in each.loaded:
                    self._merge(self._loads[stream])
                has_rows = not self._are_empty(each)
                BookmarkTable(cursor, self.settings).keep(each.bookmark, has_rows=has_rows)

    def find_archived(self) -> dict[str, list[str]]:
        """Look in the table of archived files."""
        with self._errors_named(None), self._cursor() as cursor:
            found = self._archive(cursor).find()
        self._open().commit()
        return found

    def keep_archived(self, manifest: str, files: Sequence[str], listed: Sequence[str]) -> None:
        """Keep them in their table."""
        with self._errors_named(None), self._cursor() as cursor:
            self._lock()
            self._archive(cursor).keep(manifest, files, listed)

    def commit(self) -> None:
        """Merge what is staged and make everything permanent."""
        for stream in sorted(self._loads):
            with self._errors_named(stream):
                self._merge(self._loads[stream])
        with self._errors_named(None):
            self._open().commit()
        self._is_locked = False

    def close(self) -> None:
        """Roll back and close."""
        if self._connection is not None:
            self._connection.close()

    def cancel(self) -> None:
        """Ask the server to end the running statement."""
        if self._connection is not None:
            self._connection.cancel_safe(timeout=3)

    def _open(self) -> psycopg.Connection:
        if self._connection is None:
            raise WarehouseError("The database is not connected.")
        return self._connection

    def _cursor(self) -> psycopg.Cursor:
        return self._open().cursor()

    def _archive(self, cursor: psycopg.Cursor) -> ArchiveTable:
        def execute(query: str, values: Sequence[str]) -> Sequence[Sequence[Any]]:
            cursor.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

        return ArchiveTable(execute, self.settings.schema)

    def _lock(self) -> None:
        """Let one loader at a time write to the schema, for the rest of the transaction.

        One lock, not one per table: two loaders can then never wait for each other.
        """
        if not self._is_locked:
            with self._cursor() as cursor:
                cursor.execute(
                    "select pg_advisory_xact_lock(hashtextextended(%s, 0))",
                    (f"target-redshift {self.settings.schema}",),
                )
            self._is_locked = True

    def _check_free(self, stream: str, table: Table) -> None:
        for other, load in self._loads.items():
            if other != stream and load.table.name == table.name:
                raise WarehouseError(
                    f'The streams "{other}" and "{stream}" would share the table "{table.name}": '
                    "rename one by stream_maps (__alias__)."
                )

    def _are_empty(self, reached: Reached) -> bool:
        with self._cursor() as cursor:
            return bool(reached.loaded) and all(
                is_empty(cursor, self._loads[each].table) for each in reached.loaded
            )

    def _key(self, layout: Layout) -> list[Property]:
        if self.settings.load_method is LoadMethod.APPEND_ONLY:
            return []
        by_name = {each.name: each for each in layout.schema.properties}
        return [by_name[name] for name in layout.schema.key]

    def _new_load(
        self, cursor: psycopg.Cursor, layout: Layout, table: Table, before: _Load | None
    ) -> _Load:
        key = self._key(layout)
        overwrites = self.settings.load_method is LoadMethod.OVERWRITE
        if overwrites and not layout.schema.rejects:
            return _Load(layout, table, key, direct=False, replaces=True)
        direct = not key or (before.direct if before else is_empty(cursor, table))
        return _Load(layout, table, key, direct, replaces=False)

    def _try_direct(self, load: _Load, block: Block) -> bool:
        """Copy into the table itself; False, and nothing done, if a key is there already."""
        if not load.key:
            self._copy(load.table.identifier, load, block)
            return True
        try:
            with self._open().transaction():
                self._copy(load.table.identifier, load, block)
        except psycopg.errors.UniqueViolation:
            return False
        return True

    def _copy(self, table: sql.Identifier, load: _Load, block: Block) -> None:
        statement = sql.SQL("copy {} ({}) from stdin with (format text, null {})").format(
            table, load.table.list_columns(load.layout.columns), sql.Literal(NULL)
        )
        # Where the rest of a block may be loaded without a row, its fault must cost no more.
        savepoint = self._open().transaction() if self.settings.quarantine else nullcontext()
        try:
            with savepoint, self._cursor() as cursor:
                with cursor.copy(statement) as copy:
                    copy.write(block.text)
                check_count(load.layout.schema.stream, cursor.rowcount, block.rows)
        except psycopg.Error as error:
            _raise_if_a_row_is_at_fault(error)
            raise

    def _stage(self, load: _Load, before: Stage | None) -> Stage:
        """Make the stream's temporary table, which takes over the rows of one that was before."""
        self._stages += 1
        names = [load.table.targets[each] for each in load.layout.columns]
        columns = tuple(dict.fromkeys((*names, *(before.columns if before else ()))))
        stage = Stage(self._stages, load.layout.schema.stream, load.table, columns, load.key)
        with self._cursor() as cursor:
            stage.create(cursor)
            if before is not None:
                stage.take_over(cursor, before)
        load.stage = stage
        return stage

    def _merge(self, load: _Load) -> None:
        """Bring what is staged into its table, unless it waits for the end."""
        if load.stage is not None and load.stage.rows and not load.replaces:
            self._lock()
            with self._cursor() as cursor:
                load.stage.merge(cursor)

    @contextmanager
    def _errors_named(self, stream: str | None, block: Block | None = None) -> Iterator[None]:
        """Turn what the database says into one sentence without a record's content."""
        try:
            yield
        except psycopg.Error as error:
            raise WarehouseError(self._explain(error, stream, block)) from error

    def _explain(self, error: psycopg.Error, stream: str | None, block: Block | None) -> str:
        where = f'host "{self.settings.host}", database "{self.settings.database}"'
        if error.diag.message_primary is None or isinstance(
            error, psycopg.errors.AdminShutdown | psycopg.errors.CrashShutdown
        ):
            return (
                f"The connection to the database was lost ({where}: {_first_line(error)}): what "
                "was committed stays, run again once it is back."
            )
        subject = f'stream "{stream}"' if stream else "the commit"
        if block is not None:
            subject += f", lines {block.first_line} to {block.last_line} of the input"
        if column := _column_at_fault(error):
            subject += f', column "{column}"'
        told = f"The database refused {subject} ({where}): {error.diag.message_primary}."
        if (error.sqlstate or "").startswith(_FAULTS_OF_SERVERS):
            told += " What was committed stays, run again once that is mended."
        return told


def _raise_if_a_row_is_at_fault(error: psycopg.Error) -> None:
    """Tell what a row does wrong from what is wrong with the database.

    Raises:
        RowRefusedError: It is a row's fault.
    """
    found = _ROW_AT_FAULT.match(error.diag.context or "")
    is_double = isinstance(error, psycopg.errors.UniqueViolation)
    if found and (error.sqlstate or "").startswith(_FAULTS_OF_ROWS) and not is_double:
        column = _column_at_fault(error)
        reason = f'column "{column}": ' if column else ""
        raise RowRefusedError(int(found[1]) - 1, f"{reason}{error.diag.message_primary}") from error


def _column_at_fault(error: psycopg.Error) -> str:
    return (error.diag.context or "").partition(", column ")[2].partition(":")[0]


def _first_line(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
