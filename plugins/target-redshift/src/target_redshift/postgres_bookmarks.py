"""The table in which a Postgres warehouse keeps the bookmarks that came with its rows."""

import psycopg
from psycopg import sql

from target_redshift.bookmarks import Bookmark, check_known
from target_redshift.fitting import BOOKMARKS_COMMENT, BOOKMARKS_TABLE
from target_redshift.settings import Settings


class BookmarkTable:
    """What is known in a schema: per stream every bookmark of the last 90 days, with its digest.

    A stream's last bookmark is there as JSON too, so that a lost state can be restored from it.
    """

    def __init__(self, cursor: psycopg.Cursor, settings: Settings) -> None:
        self._cursor = cursor
        self._settings = settings
        self._table = sql.Identifier(settings.schema, BOOKMARKS_TABLE)

    def check(self, bookmark: Bookmark, *, is_empty: bool) -> None:
        """Refuse a bookmark that a run starts from if its rows are not here.

        Raises:
            WarehouseError: They are not.
        """
        had_rows = self._find(bookmark)
        check_known(self._settings, bookmark, had_rows=had_rows, is_empty=is_empty)

    def create(self) -> None:
        """Make the table, unless it is there."""
        if not self._exists():
            self._cursor.execute(
                sql.SQL(
                    "create table {} (stream text not null, digest text not null, bookmark text,"
                    " has_rows boolean not null, committed_at timestamptz not null)"
                ).format(self._table)
            )
            self._cursor.execute(
                sql.SQL("comment on table {} is {}").format(
                    self._table, sql.Literal(BOOKMARKS_COMMENT)
                )
            )

    def keep(self, bookmark: Bookmark, *, has_rows: bool) -> None:
        """Remember a bookmark as its stream's last one; the table is there."""
        parts = {"table": self._table, "stream": sql.Literal(bookmark.stream)}
        digest = sql.Literal(bookmark.digest)
        self._cursor.execute(
            sql.SQL(
                "delete from {table} where stream = {stream}"
                " and (digest = {digest} or committed_at < now() - interval '90 days')"
            ).format(digest=digest, **parts)
        )
        self._cursor.execute(
            sql.SQL(
                "update {table} set bookmark = null"
                " where stream = {stream} and bookmark is not null"
            ).format(**parts)
        )
        self._cursor.execute(
            sql.SQL(
                "insert into {table} (stream, digest, bookmark, has_rows, committed_at)"
                " values ({stream}, {digest}, {bookmark}, {has_rows}, now())"
            ).format(
                digest=digest,
                bookmark=sql.Literal(bookmark.value),
                has_rows=sql.Literal(has_rows),
                **parts,
            )
        )

    def _find(self, bookmark: Bookmark) -> bool | None:
        """Whether there were rows up to a bookmark; None if it is not known."""
        if not self._exists():
            return None
        self._cursor.execute(
            sql.SQL("select has_rows from {} where stream = %s and digest = %s").format(
                self._table
            ),
            (bookmark.stream, bookmark.digest),
        )
        row = self._cursor.fetchone()
        return None if row is None else bool(row[0])

    def _exists(self) -> bool:
        self._cursor.execute(
            "select 1 from pg_class where relnamespace = to_regnamespace(quote_ident(%s))"
            " and relname = %s",
            (self._settings.schema, BOOKMARKS_TABLE),
        )
        return self._cursor.fetchone() is not None
