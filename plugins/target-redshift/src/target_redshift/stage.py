"""Rows that wait in a temporary table, beside the table that they are for."""

from collections.abc import Sequence
from dataclasses import dataclass

import psycopg
from psycopg import sql

from target_redshift.errors import WarehouseError
from target_redshift.schema import Property
from target_redshift.tables import Table, fit_key

# With a capital, which no column of a table that this loader made has.
_ORDINAL = "Ordinal"
# Emptying by TRUNCATE takes milliseconds, by DELETE leaves dead rows behind.
_MOST_DEAD_ROWS = 10_000


@dataclass
class Stage:
    """A temporary table of a stream's rows in their order; it lives as long as the connection.

    Attributes:
        number: What makes its name its own.
        stream: The stream.
        table: Where the rows are to go.
        columns: Names of the table's columns that the rows fill.
        key: What makes a row one; empty where rows are only added.
        rows: How many wait.
    """

    number: int
    stream: str
    table: Table
    columns: Sequence[str]
    key: Sequence[Property]
    rows: int = 0
    _dead_rows: int = 0

    @property
    def identifier(self) -> sql.Identifier:
        """The temporary table, as SQL names it."""
        return sql.Identifier("pg_temp", self._name)

    def create(self, cursor: psycopg.Cursor) -> None:
        """Make the temporary table."""
        cursor.execute(
            sql.SQL("create temp table {} as select {} from {} with no data").format(
                sql.Identifier(self._name), _list(self.columns), self.table.identifier
            )
        )
        cursor.execute(
            sql.SQL("alter table {} add {} bigint generated always as identity").format(
                self.identifier, sql.Identifier(_ORDINAL)
            )
        )

    def drop(self, cursor: psycopg.Cursor) -> None:
        """Remove the temporary table."""
        cursor.execute(sql.SQL("drop table {}").format(self.identifier))

    def take_over(self, cursor: psycopg.Cursor, older: "Stage") -> None:
        """Take the rows of a stage that has no columns but this one's, and drop it."""
        cursor.execute(
            sql.SQL(
                "insert into {new} ({columns}) select {columns} from {old} order by {ordinal}"
            ).format(
                new=self.identifier,
                old=older.identifier,
                columns=_list(older.columns),
                ordinal=sql.Identifier(_ORDINAL),
            )
        )
        self.rows += older.rows
        older.drop(cursor)

    def merge(self, cursor: psycopg.Cursor) -> None:
        """Let the rows take the place of those with their keys; the last of a key wins."""
        if not self.rows:
            return
        kept = self._drop_repeated(cursor)
        if self.key:
            cursor.execute(
                sql.SQL("delete from {} old using {} new where {}").format(
                    self.table.identifier, self.identifier, self._equal_keys("old", "new")
                )
            )
        self._insert(cursor, kept)

    def replace(self, cursor: psycopg.Cursor) -> None:
        """Let the rows take the place of all that is in the table."""
        kept = self._drop_repeated(cursor)
        cursor.execute(sql.SQL("truncate table {}").format(self.table.identifier))
        fit_key(cursor, self.table, self.stream, self.key)
        self._insert(cursor, kept)

    @property
    def _name(self) -> str:
        return f"stage_{self.number}"

    def _drop_repeated(self, cursor: psycopg.Cursor) -> int:
        """Drop all rows of a key but the last; how many stay."""
        if not self.key:
            return self.rows
        cursor.execute(
            sql.SQL(
                "delete from {stage} older using (select {key}, max({ordinal}) as {ordinal}"
                " from {stage} group by {key} having count(*) > 1) newest"
                " where {keys} and older.{ordinal} < newest.{ordinal}"
            ).format(
                stage=self.identifier,
                key=_list([self.table.targets[each] for each in self.key]),
                keys=self._equal_keys("older", "newest"),
                ordinal=sql.Identifier(_ORDINAL),
            )
        )
        return self.rows - cursor.rowcount

    def _insert(self, cursor: psycopg.Cursor, rows: int) -> None:
        """Move what is left into the table."""
        cursor.execute(
            sql.SQL("insert into {} ({columns}) select {columns} from {}").format(
                self.table.identifier, self.identifier, columns=_list(self.columns)
            )
        )
        check_count(self.stream, cursor.rowcount, rows)
        self._dead_rows += self.rows
        if self._dead_rows < _MOST_DEAD_ROWS:
            cursor.execute(sql.SQL("delete from {}").format(self.identifier))
        else:
            cursor.execute(sql.SQL("truncate table {}").format(self.identifier))
            self._dead_rows = 0
        self.rows = 0

    def _equal_keys(self, left: str, right: str) -> sql.Composed:
        return sql.SQL(" and ").join(
            sql.SQL("{} = {}").format(
                sql.Identifier(left, self.table.targets[each]),
                sql.Identifier(right, self.table.targets[each]),
            )
            for each in self.key
        )


def check_count(stream: str, counted: int, expected: int) -> None:
    """Hold the database to the number of rows that it was sent.

    Raises:
        WarehouseError: It took another number.
    """
    if counted != expected:
        raise WarehouseError(
            f'The database took {counted} rows of stream "{stream}" where {expected} were sent: '
            "nothing of this transaction is kept."
        )


def _list(columns: Sequence[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
