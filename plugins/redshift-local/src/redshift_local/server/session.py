"""A client's session: its statements, translated, on a connection of its own to the engine."""

import logging
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from redshift_local.errors import Refused
from redshift_local.loading.backend import EngineError
from redshift_local.server import rows
from redshift_local.server.backend import IDLE, Backend, engine_error
from redshift_local.server.complaints import complaint
from redshift_local.server.rows import Column, Dialect
from redshift_local.server.transfers import Transfers
from redshift_local.server.wire import Closed, Wire, cut, error_body, error_fields, text
from redshift_local.server.work import Work, transaction
from redshift_local.translate import (
    Forward,
    Load,
    Plan,
    Steps,
    Unload,
    split,
)

LOG = logging.getLogger(__name__)
# News of the engine's settings that a client of Redshift gets too.
_TOLD = frozenset({b"DateStyle", b"TimeZone", b"application_name", b"client_encoding"})
_TRANSACTION = ("BEGIN", "START", "COMMIT", "END", "ROLLBACK", "ABORT")
_SETTERS = frozenset({b"SET", b"RESET", b"ROLLBACK"})
# What is carried out here; the rest is the engine's.
_LOCAL = (Steps, Load, Unload)


@dataclass
class _Prepared:
    """A statement that a client has named."""

    plan: Plan | None
    columns: list[Column] | None = None


@dataclass
class _Portal:
    """A statement with its parameters, ready to run."""

    prepared: _Prepared
    formats: list[int] = field(default_factory=list)
    converters: rows.Converters | None = None


class _Told(Exception):  # noqa: N818 - the client knows already
    """The engine has refused a message of the extended protocol, and skips until the next Sync."""


class Session:
    """Serves one client that is logged in, until it leaves.

    Args:
        wire: The client.
        backend: Its connection to the engine.
        dialect: How it wants its results.
        transfers: What carries out COPY and UNLOAD.
    """

    def __init__(
        self, wire: Wire, backend: Backend, dialect: Dialect, transfers: Transfers
    ) -> None:
        self._wire = wire
        self._backend = backend
        self._dialect = dialect
        self._work = Work(backend, transfers)
        self._prepared: dict[bytes, _Prepared] = {}
        self._portals: dict[bytes, _Portal] = {}
        self._skipping = False
        backend.on_aside = self._aside
        self._handlers: dict[bytes, Callable[[bytes], None]] = {
            b"P": self._parse,
            b"B": self._bind,
            b"D": self._describe,
            b"E": self._execute,
            b"C": self._close,
        }

    def run(self) -> None:
        """Serve the client until it leaves."""
        self._ready()
        while True:
            kind, body = self._wire.receive()
            if kind == b"X":
                return
            self._serve(kind, body)

    def _serve(self, kind: bytes, body: bytes) -> None:
        if kind == b"Q":
            self._query(cut(body)[0].decode())
        elif kind == b"S":
            self._sync()
        elif kind == b"H":
            self._wire.flush()
        elif kind in self._handlers:
            if not self._skipping:
                self._guarded(lambda: self._handlers[kind](body))
        elif kind not in {b"d", b"c", b"f"}:  # the rest of a COPY that has failed
            raise Closed

    def _guarded(self, act: Callable[[], None]) -> None:
        """Do a step of the extended protocol; after an error all is skipped until the next Sync."""
        try:
            act()
        except _Told:
            self._skipping = True
        except Closed:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            self._complain(error)
            self._skipping = True

    def _complain(self, error: Exception) -> None:
        """Tell the client; any error makes the open transaction fail."""
        if not isinstance(error, Refused | EngineError):
            LOG.error("A statement has failed", exc_info=error)
            words = f"redshift-local itself has failed ({type(error).__name__}: {error})"
            error = EngineError(sqlstate="XX000", message=f"{words}: its log says where")
        self._backend.abort()
        self._wire.send(b"E", error_body(complaint(error)))

    # --- the simple protocol

    def _query(self, sql: str) -> None:
        self._skipping = False
        try:
            statements = split(sql)
            if statements:
                self._run_all(statements)
            else:
                self._wire.send(b"I")
        except Closed:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the client waits for an answer
            self._complain(error)
        self._ready()

    def _run_all(self, statements: list[str]) -> None:
        """Run statements; several are one transaction unless they say otherwise."""
        together = (
            len(statements) > 1
            and self._backend.status == IDLE
            and not any(one.lstrip().upper().startswith(_TRANSACTION) for one in statements)
        )
        if not together:
            for statement in statements:
                self._run(self._work.plan(statement))
            return
        with transaction(self._backend):
            for statement in statements:
                self._run(self._work.plan(statement))

    def _run(self, plan: Plan) -> None:
        if not isinstance(plan, Forward):
            self._wire.send(b"C", text(self._work.carry_out(plan)))
            return
        error: bytes | None = None
        converters: rows.Converters | None = None
        for kind, body in self._backend.answers(plan.sql):
            if kind == b"E":
                error = body
            elif kind == b"T":
                columns = rows.read_columns(body)
                converters = self._dialect.converters(columns, [rows.TEXT] * len(columns))
                self._wire.send(b"T", self._dialect.describe(columns))
            elif kind == b"D" and converters is not None:
                self._wire.send(b"D", rows.convert_row(body, converters))
            else:
                self._relay(kind, body)
        if error is not None:
            raise engine_error(error)

    # --- the extended protocol

    def _parse(self, body: bytes) -> None:
        name, at = cut(body)
        sql, at = cut(body, at)
        statements = split(sql.decode())
        if len(statements) > 1:
            raise Refused(
                "several statements at once",
                "cannot insert multiple commands into a prepared statement",
                sqlstate="42601",
            )
        plan = self._work.plan(statements[0]) if statements else None
        if plan is None or isinstance(plan, Forward):
            engine_sql = text(plan.sql if plan else "")
            self._backend.send(b"P", name + b"\0" + engine_sql + self._parameters(body[at:]))
            self._await(b"1")
        self._prepared[name] = _Prepared(plan)
        self._wire.send(b"1")

    def _bind(self, body: bytes) -> None:
        portal_name, at = cut(body)
        name, at = cut(body, at)
        prepared = self._named(name)
        if isinstance(prepared.plan, _LOCAL):
            self._portals[portal_name] = _Portal(prepared)
            self._wire.send(b"2")
            return
        formats, values_end = _result_formats(body, at)
        portal = _Portal(prepared)
        columns = self._columns(name, prepared)
        if columns:
            portal.formats = _each(formats, len(columns))
            portal.converters = self._dialect.converters(columns, portal.formats)
            formats = self._dialect.engine_formats(columns, portal.formats)
        head = portal_name + b"\0" + name + b"\0"
        tail = struct.pack(f"!h{len(formats)}h", len(formats), *formats)
        self._backend.send(b"B", head + body[at:values_end] + tail)
        self._await(b"2")
        self._portals[portal_name] = portal
        self._wire.send(b"2")

    def _describe(self, body: bytes) -> None:
        name = cut(body, 1)[0]
        if body[:1] == b"S":
            prepared, formats = self._named(name), None
        else:
            portal = self._portal(name)
            prepared, formats = portal.prepared, portal.formats
        if isinstance(prepared.plan, _LOCAL):
            if body[:1] == b"S":
                self._wire.send(b"t", b"\0\0")
            self._wire.send(b"n")
            return
        self._backend.send(b"D", body)
        for kind, answer in self._until(b"Tn"):
            if kind == b"T":
                prepared.columns = rows.read_columns(answer)
                self._wire.send(b"T", self._dialect.describe(prepared.columns, formats))
            else:
                prepared.columns = []
                self._wire.send(kind, answer)

    def _execute(self, body: bytes) -> None:
        portal = self._portal(cut(body)[0])
        plan = portal.prepared.plan
        if isinstance(plan, _LOCAL):
            self._wire.send(b"C", text(self._work.carry_out(plan)))
            return
        self._backend.send(b"E", body)
        for kind, answer in self._until(b"CIs"):
            if kind == b"D" and portal.converters is not None:
                self._wire.send(b"D", rows.convert_row(answer, portal.converters))
            else:
                self._relay(kind, answer)

    def _close(self, body: bytes) -> None:
        name = cut(body, 1)[0]
        kept: dict[bytes, _Prepared] | dict[bytes, _Portal]
        kept = self._prepared if body[:1] == b"S" else self._portals
        kept.pop(name, None)
        self._backend.send(b"C", body)
        self._await(b"3")
        self._wire.send(b"3")

    def _sync(self) -> None:
        self._skipping = False
        self._backend.send(b"S")
        while self._backend.receive()[0] != b"Z":
            pass
        self._ready()

    # --- what both share

    def _columns(self, name: bytes, prepared: _Prepared) -> list[Column]:
        """The columns of a forwarded statement, asked for where the client has not."""
        if prepared.columns is None:
            prepared.columns = []
            self._backend.send(b"D", b"S" + name + b"\0")
            for kind, answer in self._until(b"Tn"):
                if kind == b"T":
                    prepared.columns = rows.read_columns(answer)
        return prepared.columns

    def _parameters(self, types: bytes) -> bytes:
        """The parameters' types by the engine's numbers."""
        count = int.from_bytes(types[:2], "big")
        given = struct.unpack_from(f"!{count}I", types, 2)
        engine = {theirs: ours for ours, theirs in self._dialect.types.items()}
        return struct.pack(f"!h{count}I", count, *(engine.get(one, one) for one in given))

    def _relay(self, kind: bytes, body: bytes) -> None:
        if kind == b"C":
            if body[:-1] in _SETTERS:
                self._work.forget_options()
            elif body.startswith(b"SELECT "):
                body = b"SELECT\0"  # Redshift does not tell how many
        self._wire.send(kind, body)

    def _until(self, ends: bytes) -> Iterator[tuple[bytes, bytes]]:
        """The engine's answers to one message, the last one included.

        Raises:
            _Told: It refused.
        """
        self._backend.send(b"H")
        while True:
            kind, body = self._backend.receive()
            if kind == b"E":
                self._wire.send(b"E", error_body(complaint(engine_error(body))))
                raise _Told
            yield kind, body
            if kind in ends:
                return

    def _await(self, end: bytes) -> None:
        for _ in self._until(end):
            pass

    def _named(self, name: bytes) -> _Prepared:
        try:
            return self._prepared[name]
        except KeyError:
            message = f'prepared statement "{name.decode()}" does not exist'
            raise Refused("prepared statement", message, sqlstate="26000") from None

    def _portal(self, name: bytes) -> _Portal:
        try:
            return self._portals[name]
        except KeyError:
            message = f'portal "{name.decode()}" does not exist'
            raise Refused("portal", message, sqlstate="34000") from None

    def _ready(self) -> None:
        self._wire.send(b"Z", self._backend.status)
        self._wire.flush()

    def _aside(self, kind: bytes, body: bytes) -> None:
        if kind == b"S" and cut(body)[0] in _TOLD:
            self._wire.send(kind, body)
        elif kind == b"N":
            fields = error_fields(body)
            told = {key: fields[key] for key in "SCMD" if key in fields}
            self._wire.send(kind, error_body(told))


def _each(formats: list[int], columns: int) -> list[int]:
    """A format for each column; none means text, one stands for all."""
    return (formats or [rows.TEXT]) * columns if len(formats) <= 1 else formats


def _result_formats(body: bytes, at: int) -> tuple[list[int], int]:
    """The formats that a Bind wants its results in, and where they begin in it."""
    at += 2 + 2 * int.from_bytes(body[at : at + 2], "big")
    values = int.from_bytes(body[at : at + 2], "big")
    at += 2
    for _ in range(values):
        size = int.from_bytes(body[at : at + 4], "big", signed=True)
        at += 4 + max(size, 0)
    count = int.from_bytes(body[at : at + 2], "big")
    return list(struct.unpack_from(f"!{count}h", body, at + 2)), at
