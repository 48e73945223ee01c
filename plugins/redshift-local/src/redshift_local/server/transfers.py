"""COPY and UNLOAD in a session."""

import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

from redshift_local.loading import Context, PostgresJournal, load, unload
from redshift_local.server.backend import Backend

# Numbers of statements, growing also from one start of the server to the next.
_NUMBERS = itertools.count(int(time.time()))
_USER_ID = "select oid from pg_catalog.pg_roles where rolname = session_user"
_REMEMBER = (
    "select pg_catalog.set_config('redshift.last_copy_count', '{}', false),"
    " pg_catalog.set_config('redshift.last_copy_id', '{}', false)"
)


@dataclass(frozen=True)
class Transfers:
    """Carries out COPY and UNLOAD.

    Args:
        endpoint_url: S3's endpoint.
        database: The session's database.
        journal_url: The engine's URL of that database, for what outlives a rollback.
        role_keys: Key and secret that any IAM role gives; none asks boto3's own chain.
    """

    endpoint_url: str
    database: str
    journal_url: str
    role_keys: tuple[str, str] | None

    def load(self, sql: str, backend: Backend, *, keep_case: bool) -> None:
        """Run COPY."""
        context = self._context(backend, str, keep_case=keep_case)
        rows = load(sql, backend, context)
        backend.query(_REMEMBER.format(rows, context.query_id))

    def unload(
        self, sql: str, backend: Backend, select: Callable[[str], str], *, keep_case: bool
    ) -> None:
        """Run UNLOAD; `select` makes the engine's statement of what it selects."""
        unload(sql, backend, self._context(backend, select, keep_case=keep_case))

    def _context(
        self, backend: Backend, select: Callable[[str], str], *, keep_case: bool
    ) -> Context:
        return Context(
            session_id=backend.pid,
            query_id=next(_NUMBERS),
            database=self.database,
            journal=PostgresJournal(self.journal_url),
            endpoint_url=self.endpoint_url,
            keep_case=keep_case,
            translate=select,
            role_keys=self.role_keys,
            user_id=int(backend.query(_USER_ID)[0][0] or 0),
        )
