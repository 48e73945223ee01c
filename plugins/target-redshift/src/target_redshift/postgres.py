"""The engine `postgres`: COPY FROM STDIN, and one transaction per flush."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from target_redshift.bookmarks import Reached
from target_redshift.engine import Block
from target_redshift.errors import LoadError, WarehouseError
from target_redshift.metadata import DELETED_AT, TABLE_VERSION
from target_redshift.postgres_bookmarks import BookmarkTable
from target_redshift.rows import NULL, Layout
from target_redshift.schema import Property
from target_redshift.settings import LoadMethod, Settings
from target_redshift.tables import Table, fit_key, fit_table

# With a capital, which no column of a table that this loader made has.
_ORDINAL = "Ordinal"
_log = logging.getLogger("target-redshift")


@dataclass
class _Load:
    """One stream's table while rows come in.

    Attributes:
        layout: The rows' columns.
        table: Where they go.
        key: What makes a row one; empty where rows are only added.
        direct: Whether rows go straight into the table, not by way of a temporary one.
        stage: The temporary table, once it is there.
        staged: Rows in it.
    """

    layout: Layout
    table: Table
    key: list[Property]
    direct: bool
    stage: sql.Identifier | None = None
    staged: int = 0


@dataclass
class PostgresEngine:
    """A Postgres warehouse (see `engine.Engine`)."""

    settings: Settings
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
                sslmode=settings.sslmode,
                application_name="target-redshift",
                client_encoding="UTF8",
                options="-c timezone=UTC -c datestyle=ISO,YMD -c standard_conforming_strings=on"
                " -c client_min_messages=warning",
                connect_timeout=30,
            )
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
                self._drop_stage(before)
            self._lock()
            with self._cursor() as cursor:
                table = fit_table(cursor, self.settings.schema, layout)
                self._check_free(stream, table)
                if before is None and self.settings.load_method is LoadMethod.OVERWRITE:
                    cursor.execute(sql.SQL("truncate table {}").format(table.identifier))
                key = self._key(layout)
                fit_key(cursor, table, stream, key)
                direct = before.direct if before else not key or _is_empty(cursor, table)
            self._loads[stream] = _Load(layout, table, key, direct or not key)

    def load(self, block: Block) -> None:
        """Copy rows into the table, or beside it when their keys may be there already."""
        stream = block.layout.schema.stream
        load = self._loads[stream]
        with self._errors_named(stream, block):
            if load.direct:
                self._lock()
                load.direct = self._try_direct(load, block)
            if not load.direct:
                self._copy(self._stage(load), load, block)
                load.staged += block.rows

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
            with self._cursor() as cursor:
                cursor.execute(query.format(table=load.table.identifier, mark=mark, old=old))

    def check_start(self, start: Reached) -> None:
        """Look the bookmark up, and that the rows it stands for are still there."""
        with self._errors_named(start.bookmark.stream), self._cursor() as cursor:
            is_empty = self._are_empty(start)
            BookmarkTable(cursor, self.settings).check(start.bookmark, is_empty=is_empty)

    def keep_bookmarks(self, reached: Sequence[Reached]) -> None:
        """Merge what the bookmarks speak of, and keep them."""
        self._lock()
        for each in reached:
            with self._errors_named(each.bookmark.stream), self._cursor() as cursor:
                for stream in each.loaded:
                    self._merge(self._loads[stream])
                has_rows = not self._are_empty(each)
                BookmarkTable(cursor, self.settings).keep(each.bookmark, has_rows=has_rows)

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
            return all(_is_empty(cursor, self._loads[each].table) for each in reached.loaded)

    def _key(self, layout: Layout) -> list[Property]:
        if self.settings.load_method is LoadMethod.APPEND_ONLY:
            return []
        by_name = {each.name: each for each in layout.schema.properties}
        return [by_name[name] for name in layout.schema.key]

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
        with self._cursor() as cursor:
            with cursor.copy(statement) as copy:
                copy.write(block.text)
            _check_count(load, cursor.rowcount, block.rows)

    def _stage(self, load: _Load) -> sql.Identifier:
        """The stream's temporary table: the table's columns and the order of the rows."""
        if load.stage is None:
            self._stages += 1
            load.stage = sql.Identifier("pg_temp", f"stage_{self._stages}")
            with self._cursor() as cursor:
                cursor.execute(
                    sql.SQL(
                        "create temp table {} (like {}, {} bigint generated always as identity)"
                    ).format(
                        sql.Identifier(f"stage_{self._stages}"),
                        load.table.identifier,
                        sql.Identifier(_ORDINAL),
                    )
                )
        return load.stage

    def _drop_stage(self, load: _Load) -> None:
        if load.stage is not None:
            with self._cursor() as cursor:
                cursor.execute(sql.SQL("drop table {}").format(load.stage))

    def _merge(self, load: _Load) -> None:
        """Let staged rows take the place of those with their keys; the last of a key wins."""
        if not load.staged or load.stage is None:
            return
        self._lock()
        parts = {
            "stage": load.stage,
            "table": load.table.identifier,
            "columns": load.table.list_columns(load.layout.columns),
            "ordinal": sql.Identifier(_ORDINAL),
        }
        with self._cursor() as cursor:
            cursor.execute(
                sql.SQL(
                    "delete from {stage} older using (select {key}, max({ordinal}) as {ordinal}"
                    " from {stage} group by {key} having count(*) > 1) newest"
                    " where {keys} and older.{ordinal} < newest.{ordinal}"
                ).format(
                    keys=_equal_keys(load, "older", "newest"),
                    key=load.table.list_columns(load.key),
                    **parts,
                )
            )
            repeated = cursor.rowcount
            cursor.execute(
                sql.SQL("delete from {table} old using {stage} new where {keys}").format(
                    keys=_equal_keys(load, "old", "new"), **parts
                )
            )
            cursor.execute(
                sql.SQL("insert into {table} ({columns}) select {columns} from {stage}").format(
                    **parts
                )
            )
            _check_count(load, cursor.rowcount, load.staged - repeated)
            cursor.execute(sql.SQL("truncate table {stage}").format(**parts))
        load.staged = 0

    @contextmanager
    def _errors_named(self, stream: str | None, block: Block | None = None) -> Iterator[None]:
        """Turn what the database says into one sentence without a record's content."""
        try:
            yield
        except LoadError:
            raise
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
        context = (error.diag.context or "").partition(", column ")[2].partition(":")[0]
        if context:
            subject += f', column "{context}"'
        return f"The database refused {subject} ({where}): {error.diag.message_primary}."


def _equal_keys(load: _Load, left: str, right: str) -> sql.Composed:
    return sql.SQL(" and ").join(
        sql.SQL("{} = {}").format(
            sql.Identifier(left, load.table.targets[each]),
            sql.Identifier(right, load.table.targets[each]),
        )
        for each in load.key
    )


def _is_empty(cursor: psycopg.Cursor, table: Table) -> bool:
    cursor.execute(sql.SQL("select 1 from {} limit 1").format(table.identifier))
    return cursor.fetchone() is None


def _check_count(load: _Load, counted: int, expected: int) -> None:
    if counted != expected:
        raise WarehouseError(
            f'The database took {counted} rows of stream "{load.layout.schema.stream}" where '
            f"{expected} were sent: nothing of this transaction is kept."
        )


def _first_line(error: psycopg.Error) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
