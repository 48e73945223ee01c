"""The endpoint: accepts clients and gives each a thread and a connection to the engine."""

import logging
import secrets
import socket
import ssl
import threading
from contextlib import closing, suppress
from typing import Protocol

from redshift_local.loading.backend import EngineError
from redshift_local.server.backend import Backend
from redshift_local.server.login import Cancel, Rejected, Startup, greet, refuse, welcome
from redshift_local.server.rows import NUMBERS, Dialect
from redshift_local.server.session import Session
from redshift_local.server.transfers import Transfers
from redshift_local.server.users import Users, become
from redshift_local.server.wire import Closed, Wire

LOG = logging.getLogger(__name__)
HOST = "127.0.0.1"
_TYPES = "select typname, oid from pg_catalog.pg_type where typname in ({})"


class Opener(Protocol):
    """Makes what a session needs."""

    def backend(self, database: str) -> Backend:
        """A superuser's connection to a database of the engine."""

    def transfers(self, database: str) -> Transfers:
        """What carries out COPY and UNLOAD in a session."""


class Listener:
    """The endpoint of one cluster.

    Args:
        port: TCP port on 127.0.0.1; 0 takes a free one.
        tls: What to prove ourselves with; none when TLS is not offered.
        users: Who may log in.
        opener: Makes what a session needs.
    """

    def __init__(self, port: int, tls: ssl.SSLContext | None, users: Users, opener: Opener) -> None:
        self._tls = tls
        self._users = users
        self._opener = opener
        self._socket = socket.create_server((HOST, port), backlog=128)
        self._lock = threading.Lock()
        self._sessions: dict[int, tuple[int, Backend]] = {}
        self._wires: set[Wire] = set()
        self._threads: set[threading.Thread] = set()
        self._accepting = threading.Thread(target=self._accept, name="redshift-local")

    @property
    def port(self) -> int:
        """The port that is listened on."""
        return int(self._socket.getsockname()[1])

    def start(self) -> None:
        """Serve, in threads."""
        self._accepting.start()

    def stop(self) -> None:
        """Stop serving, ending all sessions."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join()
        with self._lock:
            wires, threads = list(self._wires), list(self._threads)
            sessions = list(self._sessions.values())
        for _, backend in sessions:
            backend.cancel()
        for wire in wires:
            wire.close()
        for thread in threads:
            thread.join()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            thread = threading.Thread(target=self._serve, args=[connection], daemon=True)
            with self._lock:
                self._threads.add(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        wire: Wire | None = None
        try:
            wire, wanted = greet(connection, self._tls)
            with self._lock:
                self._wires.add(wire)
            if isinstance(wanted, Cancel):
                self._cancel(wanted)
            else:
                self._admit(wire, wanted)
        except Closed:
            pass
        except Exception:
            LOG.exception("A session has failed")
        finally:
            if wire is None:
                connection.close()
            else:
                wire.part()
            with self._lock:
                self._threads.discard(threading.current_thread())
                if wire is not None:
                    self._wires.discard(wire)

    def _admit(self, wire: Wire, startup: Startup) -> None:
        try:
            backend = self._opener.backend(startup.database)
        except EngineError as error:
            refuse(wire, Rejected(error.sqlstate, error.message))
            return
        with closing(backend):
            try:
                user = self._users.admit(wire, startup, backend)
                dialect = Dialect(startup.protocol, startup.database.encode(), _types(backend))
                become(backend, user)
            except Rejected as why:
                refuse(wire, why)
            except EngineError as error:
                refuse(wire, Rejected(error.sqlstate, error.message))
            else:
                self._converse(wire, startup, backend, dialect)

    def _converse(self, wire: Wire, startup: Startup, backend: Backend, dialect: Dialect) -> None:
        secret = secrets.randbits(31)
        with self._lock:
            self._sessions[backend.pid] = secret, backend
        try:
            welcome(wire, startup, backend.pid, secret)
            transfers = self._opener.transfers(startup.database)
            Session(wire, backend, dialect, transfers).run()
        finally:
            with self._lock:
                del self._sessions[backend.pid]

    def _cancel(self, wanted: Cancel) -> None:
        with self._lock:
            secret, backend = self._sessions.get(wanted.session, (None, None))
        if backend is not None and secret == wanted.secret:
            backend.cancel()


def _types(backend: Backend) -> dict[int, int]:
    """Redshift's number of a type by the engine's."""
    names = ", ".join(f"'{name}'" for name in NUMBERS)
    found = backend.query(_TYPES.format(names))
    return {int(number or 0): NUMBERS[name or ""] for name, number in found}
