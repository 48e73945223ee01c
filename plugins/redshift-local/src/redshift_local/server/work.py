"""What a session does for a statement besides handing it to the engine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from redshift_local.errors import Refused
from redshift_local.server.backend import FAILED, IDLE, Backend
from redshift_local.server.transfers import Transfers
from redshift_local.translate import (
    Forward,
    Load,
    NeedsColumns,
    Options,
    Plan,
    Steps,
    Unload,
    translate,
)
from redshift_local.translate.generation import quote

_OPTIONS = (
    "select pg_catalog.current_setting('redshift.enable_case_sensitive_super_attribute', true),"
    " pg_catalog.current_setting('redshift.enable_case_sensitive_identifier', true)"
)
_COLUMNS = (
    "select attname::pg_catalog.text from pg_catalog.pg_attribute"
    " where attrelid = pg_catalog.to_regclass({}) and attnum > 0 and not attisdropped"
)
_ON = frozenset({"on", "true", "1", "yes"})


class Work:
    """Plans the statements of one session, and carries out those that are not the engine's.

    Args:
        backend: The session's connection to the engine.
        transfers: What carries out COPY and UNLOAD.
    """

    def __init__(self, backend: Backend, transfers: Transfers) -> None:
        self._backend = backend
        self._transfers = transfers
        self._options: Options | None = None

    def plan(self, sql: str) -> Plan:
        """How one statement is done, by the settings that hold now."""
        options = self._current_options()
        known: dict[str, frozenset[str]] = {}
        while True:
            try:
                return translate(sql, replace(options, columns=tuple(known.items())))
            except NeedsColumns as needed:
                known |= {one: self._columns_of(one) for one in needed.relations}

    def _columns_of(self, relation: str) -> frozenset[str]:
        """The names of a relation's columns; none when there is no such relation."""
        found = self._backend.query(_COLUMNS.format(quote(relation)))
        return frozenset(name for (name,) in found if name)

    def _current_options(self) -> Options:
        if self._options is None and self._backend.status != FAILED:
            super_attribute, identifier = self._backend.query(_OPTIONS)[0]
            self._options = Options(super_attribute in _ON, identifier in _ON)
        return self._options or Options()

    def forget_options(self) -> None:
        """Settings may have changed: they are asked for again."""
        self._options = None

    def carry_out(self, plan: Steps | Load | Unload) -> str:
        """Carry out what the engine has no single statement for; gives the tag."""
        if self._backend.status == FAILED:
            self._backend.query("select 1")  # says that the transaction has failed
        if isinstance(plan, Steps):
            self._take_steps(plan)
            return plan.tag
        if self._backend.status != IDLE:
            return self._transfer(plan)
        with transaction(self._backend):
            return self._transfer(plan)

    def _transfer(self, plan: Load | Unload) -> str:
        keep_case = self._current_options().case_sensitive_identifier
        if isinstance(plan, Load):
            self._transfers.load(plan.sql, self._backend, keep_case=keep_case)
            return "COPY"
        self._transfers.unload(plan.sql, self._backend, self._select, keep_case=keep_case)
        return "UNLOAD"

    def _select(self, sql: str) -> str:
        """The engine's statement for what UNLOAD selects."""
        plan = self.plan(sql)
        if not isinstance(plan, Forward):
            raise Refused("UNLOAD", "UNLOAD takes a SELECT")
        return plan.sql

    def _take_steps(self, plan: Steps) -> None:
        if plan.outside_transaction:
            if self._backend.status != IDLE:
                message = f"{plan.tag} cannot run inside a transaction block"
                raise Refused(plan.tag, message, sqlstate="25001")
            for statement in plan.statements:
                self._backend.query(statement)
            return
        if plan.statements:
            # One query string outside a transaction block is one transaction.
            self._backend.query("; ".join(plan.statements))
        if plan.commits and self._backend.status != IDLE:
            self._backend.query("commit")


@contextmanager
def transaction(backend: Backend) -> Iterator[None]:
    """A transaction block that lasts until something inside ends it."""
    backend.query("begin")
    try:
        yield
    except BaseException:
        if backend.status != IDLE:
            backend.query("rollback")
        raise
    if backend.status != IDLE:
        backend.query("commit")
