"""COPY and UNLOAD in a session."""

import itertools
import time
from dataclasses import dataclass
from functools import partial

from redshift_local.errors import Refused
from redshift_local.loading import Context, PostgresJournal, load, unload
from redshift_local.server.backend import Backend
from redshift_local.translate import Forward, Options, translate

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

    def load(self, sql: str, backend: Backend, options: Options) -> None:
        """Run COPY."""
        context = self._context(backend, options)
        rows = load(sql, backend, context)
        backend.query(_REMEMBER.format(rows, context.query_id))

    def unload(self, sql: str, backend: Backend, options: Options) -> None:
        """Run UNLOAD."""
        unload(sql, backend, self._context(backend, options))

    def _context(self, backend: Backend, options: Options) -> Context:
        return Context(
            session_id=backend.pid,
            query_id=next(_NUMBERS),
            database=self.database,
            journal=PostgresJournal(self.journal_url),
            endpoint_url=self.endpoint_url,
            keep_case=options.case_sensitive_identifier,
            role_keys=self.role_keys,
            translate=partial(_select, options=options),
            user_id=int(backend.query(_USER_ID)[0][0] or 0),
        )


def _select(sql: str, options: Options) -> str:
    """The engine's statement for what UNLOAD selects."""
    plan = translate(sql, options)
    if not isinstance(plan, Forward):
        raise Refused("UNLOAD", "UNLOAD takes a SELECT")
    return plan.sql
