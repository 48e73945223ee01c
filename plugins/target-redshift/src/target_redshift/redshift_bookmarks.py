"""The table in which a Redshift warehouse keeps bookmarks, and which commits it has seen.

Another one, which stays empty, is locked first in every transaction: loaders of a schema take
turns, and since LOCK takes no snapshot yet (AWS, "Isolation levels": SELECT, DML and some DDL do),
each sees what the one before it committed. A transaction that has copied rows before that makes
sure that nobody committed meanwhile; for this the table of commits can be read under the lock.
"""

from redshift_connector.cursor import Cursor

from target_redshift.bookmarks import Bookmark, check_known
from target_redshift.fitting import BOOKMARKS_COMMENT, BOOKMARKS_TABLE
from target_redshift.redshift_sql import identifier, literal
from target_redshift.settings import Settings

# The stream of rows that stand for commits; no digest of a bookmark is like theirs.
_COMMITS = "(commits)"
_LOCK_TABLE = "_sdc_lock"
_LONGEST_TEXT = 65535


class RedshiftBookmarks:
    """What is known in a schema: bookmarks of the last 90 days, and the last commit of each run."""

    def __init__(self, cursor: Cursor, settings: Settings) -> None:
        self._cursor = cursor
        self._settings = settings
        self._table = identifier(settings.schema, BOOKMARKS_TABLE)
        self._lock = identifier(settings.schema, _LOCK_TABLE)

    def create(self) -> None:
        """Make schema and tables, unless they are there."""
        schema = self._settings.schema
        if self._one("select 1 from pg_namespace where nspname = %s", schema) is None:
            self._cursor.execute(f"create schema if not exists {identifier(schema)}")
        if not self._exists():
            self._cursor.execute(
                f"create table if not exists {self._table} (stream varchar(65535) not null,"
                " digest varchar(64) not null, bookmark varchar(65535),"
                " has_rows boolean not null, committed_at timestamptz not null)"
            )
            self._cursor.execute(f"comment on table {self._table} is {literal(BOOKMARKS_COMMENT)}")
        if not self._exists(_LOCK_TABLE):
            self._cursor.execute(f"create table if not exists {self._lock} (nothing boolean)")
            self._cursor.execute(f"comment on table {self._lock} is {literal(BOOKMARKS_COMMENT)}")

    def lock(self) -> None:
        """Let no other loader write to the schema for the rest of the transaction."""
        self._cursor.execute(f"lock {self._lock}")

    def check(self, bookmark: Bookmark, *, is_empty: bool) -> None:
        """Refuse a bookmark that a run starts from if its rows are not here.

        Raises:
            WarehouseError: They are not.
        """
        had_rows = None
        if self._exists():
            row = self._one(
                f"select has_rows from {self._table} where stream = %s and digest = %s",  # noqa: S608 - our own name
                bookmark.stream,
                bookmark.digest,
            )
            had_rows = None if row is None else bool(row[0])
        check_known(self._settings, bookmark, had_rows=had_rows, is_empty=is_empty)

    def keep(self, bookmark: Bookmark, *, has_rows: bool) -> None:
        """Remember a bookmark as its stream's last one; the table is there."""
        stream, digest = literal(bookmark.stream), literal(bookmark.digest)
        is_short = len(bookmark.value.encode()) <= _LONGEST_TEXT
        self._cursor.execute(
            f"delete from {self._table} where stream = {stream} and (digest = {digest}"  # noqa: S608 - literals
            " or committed_at < dateadd(day, -90, getdate()))"
        )
        self._cursor.execute(
            f"update {self._table} set bookmark = null"  # noqa: S608 - literals
            f" where stream = {stream} and bookmark is not null"
        )
        self._cursor.execute(
            f"insert into {self._table} (stream, digest, bookmark, has_rows, committed_at) values"  # noqa: S608 - literals
            f" ({stream}, {digest}, {literal(bookmark.value) if is_short else 'null'},"
            f" {has_rows}, getdate())"
        )

    def list_commits(self) -> set[str]:
        """The last commit of each run, as far as the transaction sees them."""
        self._cursor.execute(
            f"select digest from {self._table} where stream = {literal(_COMMITS)}"  # noqa: S608 - a literal
        )
        return {str(row[0]) for row in self._cursor.fetchall()}

    def has_commit(self, run: str, number: int) -> bool:
        """Whether a commit of this run came through, though its answer was lost."""
        found = self._one(
            f"select 1 from {self._table} where stream = %s and digest = %s",  # noqa: S608 - our own name
            _COMMITS,
            f"{run} {number}",
        )
        return found is not None

    def keep_commit(self, run: str, number: int) -> None:
        """Remember a commit as the last one of this run."""
        self._cursor.execute(
            f"delete from {self._table} where stream = {literal(_COMMITS)}"  # noqa: S608 - literals
            f" and (digest = {literal(f'{run} {number - 1}')}"
            " or committed_at < dateadd(day, -7, getdate()))"
        )
        self._cursor.execute(
            f"insert into {self._table} (stream, digest, bookmark, has_rows, committed_at) values"  # noqa: S608 - literals
            f" ({literal(_COMMITS)}, {literal(f'{run} {number}')}, null, false, getdate())"
        )

    def _one(self, query: str, *values: str) -> tuple[object, ...] | None:
        row = self._cursor.execute(query, values).fetchone()
        return None if row is None else tuple(row)

    def _exists(self, table: str = BOOKMARKS_TABLE) -> bool:
        found = self._one(
            "select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = %s and c.relname = %s",
            self._settings.schema,
            table,
        )
        return found is not None
