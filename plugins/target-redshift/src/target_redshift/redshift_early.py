"""Rows that are on S3 go into their table while more are read, in the transaction of the commit.

Else a loader that fills an empty table would only read first, and then only wait for COPY. Nothing
depends on it: whatever goes wrong here is rolled back, and the commit does all from its start.
"""

import contextlib
import logging
from collections.abc import Callable
from functools import partial

from redshift_connector.cursor import Cursor

from target_redshift.errors import WarehouseError
from target_redshift.redshift_connection import ERRORS, Connection, tell
from target_redshift.redshift_session import AgainError
from target_redshift.redshift_tables import RedshiftTable, is_empty
from target_redshift.redshift_work import Copier, CopyRefusedError, Rows
from target_redshift.s3_files import StagedFile
from target_redshift.workers import Workers

# What may happen to a transaction that nothing depends on.
_FAILURES = (*ERRORS, AgainError, CopyRefusedError, WarehouseError, InterruptedError)
_log = logging.getLogger("target-redshift")


class EarlyCopies:
    """A transaction, on a connection of its own, that only a commit ends.

    Attributes:
        files: What it holds.
    """

    def __init__(self, copier: Copier) -> None:
        self.files: set[StagedFile] = set()
        self._copier = copier
        self._tables: set[str] = set()
        self._connection: Connection | None = None
        self._worker: Workers | None = None
        self._is_busy = self._is_given_up = False

    def offer(self, rows: Rows, *, into_empty: bool) -> None:
        """Copy what rows have, in the background, unless that is at work or not worth it.

        Args:
            rows: The rows.
            into_empty: Whether only an empty table may take them in this way.
        """
        if self._is_busy or self._is_given_up:
            return
        files = rows.batch.close_full_files()
        if not files:
            return
        self._is_busy = True
        is_new = rows.table.name not in self._tables
        self._tables.add(rows.table.name)
        if self._worker is None:
            self._worker = Workers(1)
        self._worker.submit(partial(self._copy, rows, files, must_be_empty=into_empty and is_new))

    @property
    def is_open(self) -> bool:
        """Whether there is a transaction, or one is about to begin."""
        return bool(self._tables)

    def leave(self, table: RedshiftTable) -> None:
        """Let go of a table, for it has to be altered."""
        if table.name in self._tables:
            self.abandon()

    def abandon(self) -> None:
        """Roll it back: the commit loads its rows."""
        self._wait()
        self._end()

    def commit(self, load: Callable[[Cursor], None]) -> bool:
        """Whether the transaction, if there is one, has become the commit.

        Args:
            load: Loads what else there is.
        """
        self._wait()
        if self._connection is None or not self.files:
            return False
        try:
            cursor = self._connection.cursor()
            load(cursor)
            cursor.execute("commit")
        except _FAILURES as error:
            self._give_up(error)
            return False
        self._end()
        return True

    def cut(self) -> None:
        """End it, from another thread."""
        self._is_given_up = True
        if self._worker is not None:
            self._worker.stop()
        if self._connection is not None:
            self._connection.cut()

    def close(self) -> None:
        """End it; what is not committed is rolled back."""
        self.cut()
        self._end()

    def _copy(self, rows: Rows, files: list[StagedFile], *, must_be_empty: bool) -> None:
        try:
            rows.batch.workers.wait()
            if self._connection is None:
                self._connection = Connection(self._copier.settings)
            cursor = self._connection.cursor()
            if not self.files:
                cursor.execute("begin")
            if must_be_empty and not is_empty(cursor, rows.table):
                raise AgainError("another loader was here meanwhile")
            self._copier.copy(cursor, rows, rows.table.identifier, files)
            self.files.update(files)
        except _FAILURES as error:
            self._give_up(error)
        finally:
            self._is_busy = False

    def _wait(self) -> None:
        if self._worker is not None:
            with contextlib.suppress(InterruptedError):  # the connection is cut, too
                self._worker.wait()

    def _give_up(self, error: Exception) -> None:
        """Leave all to the commits: what went wrong may go wrong again."""
        _log.debug("Nothing is copied early any more: %s", tell(error))
        self._is_given_up = True
        self._end()

    def _end(self) -> None:
        """Close the connection, which might be idle for long: the server may end such ones."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self.files.clear()
        self._tables.clear()
