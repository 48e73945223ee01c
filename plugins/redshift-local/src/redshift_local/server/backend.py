"""A session's own connection to the embedded Postgres."""

import os
import select
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress

from psycopg import pq

from redshift_local.loading.backend import EngineError
from redshift_local.server.wire import Wire, error_fields, text

# What Redshift is by default, and what keeps Postgres 18 quiet about being asked for it.
SESSION = {
    "backslash_quote": "on",
    "default_transaction_isolation": "serializable",
    "escape_string_warning": "off",
    "md5_password_warnings": "off",
    # A login is checked against the hash that CREATE USER leaves in pg_authid.
    "password_encryption": "md5",
    "standard_conforming_strings": "off",
    "TimeZone": "UTC",
}
IDLE, IN_TRANSACTION, FAILED = b"I", b"T", b"E"
# Messages that may come at any time: a notice, the news of a setting, a notification.
_ASIDES = frozenset((b"N", b"S", b"A"))


class Backend:
    """One connection, by whole messages; text values throughout.

    Args:
        host: Where the embedded Postgres listens.
        port: Its port.
        user: Its superuser.
        password: The superuser's password.
        database: The database to be in.

    Raises:
        EngineError: Postgres does not let us in.
    """

    def __init__(self, host: str, port: int, user: str, password: str, database: str) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in SESSION.items())
        words = {
            "host": host,
            "port": str(port),
            "user": user,
            "password": password,
            "dbname": database,
            "options": options,
            "sslmode": "disable",
            "gssencmode": "disable",
            "client_encoding": "UTF8",
            "application_name": "redshift-local",
        }
        quoted = (f"{key}='{_escape(value)}'" for key, value in words.items())
        # libpq logs in (SCRAM); from then on the socket is ours.
        self._login = pq.PGconn.connect(" ".join(quoted).encode())
        if self._login.status != pq.ConnStatus.OK:
            reason = self._login.error_message.decode(errors="replace").strip()
            sqlstate = "3D000" if "does not exist" in reason else "08006"
            raise EngineError(sqlstate=sqlstate, message=reason.rpartition("FATAL:")[2].strip())
        self._socket = socket.socket(fileno=os.dup(self._login.socket))
        self._socket.settimeout(None)
        self._wire = Wire(self._socket)
        self.status = IDLE
        self.on_aside: Callable[[bytes, bytes], None] = lambda _kind, _body: None

    @property
    def pid(self) -> int:
        """The Postgres process, which is the session's id."""
        return self._login.backend_pid

    def cancel(self) -> None:
        """Interrupt what the connection is doing; may be called by another thread."""
        with suppress(Exception):  # it may just have ended, which is as good
            self._login.get_cancel().cancel()

    def close(self) -> None:
        """End the connection."""
        self._socket.close()
        self._login.finish()

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """Queue a message."""
        self._wire.send(kind, body)

    def receive(self) -> tuple[bytes, bytes]:
        """Send what is queued and give the next answer; asides go to `on_aside`."""
        self._wire.flush()
        while True:
            kind, body = self._wire.receive()
            if kind in _ASIDES:
                self.on_aside(kind, body)
                continue
            if kind == b"Z":
                self.status = body
            return kind, body

    def answers(self, sql: str) -> Iterator[tuple[bytes, bytes]]:
        """Run statements by the simple protocol; gives all answers but the last, `Z`."""
        self.send(b"Q", text(sql))
        while True:
            kind, body = self.receive()
            if kind == b"Z":
                return
            yield kind, body

    def query(self, sql: str) -> list[tuple[str | None, ...]]:
        """Run statements; gives the rows of their results.

        Raises:
            EngineError: Postgres refused one of them.
        """
        rows: list[tuple[str | None, ...]] = []
        error: bytes | None = None
        for kind, body in self.answers(sql):
            if kind == b"D":
                rows.append(_row(body))
            elif kind == b"E":
                error = body
        if error is not None:
            raise engine_error(error)
        return rows

    def copy_in(self, sql: str, chunks: Iterable[bytes]) -> int:
        """Run COPY ... FROM STDIN on these bytes; gives the number of rows.

        Raises:
            EngineError: Postgres refused the statement or the data.
        """
        self.send(b"Q", text(sql))
        kind, body = self.receive()
        if kind == b"G":
            try:
                self._send_chunks(chunks)
            except BaseException:
                self.send(b"f", text("the source has failed"))
                while self.receive()[0] != b"Z":
                    pass
                raise
            kind, body = self.receive()
        rows, error = 0, None
        while kind != b"Z":
            if kind == b"E":
                error = body
            elif kind == b"C":
                rows = int(body[:-1].rsplit(b" ", 1)[-1])
            kind, body = self.receive()
        if error is not None:
            raise engine_error(error)
        return rows

    def copy_out(self, sql: str) -> Iterator[bytes]:
        """Run COPY ... TO STDOUT; gives its rows, one after the other.

        Raises:
            EngineError: Postgres refused the statement.
        """
        error: bytes | None = None
        self.send(b"Q", text(sql))
        kind, body = self.receive()
        try:
            while kind != b"Z":
                if kind == b"d":
                    yield body
                elif kind == b"E":
                    error = body
                kind, body = self.receive()
        finally:
            while kind != b"Z":
                kind, body = self.receive()
        if error is not None:
            raise engine_error(error)

    def abort(self) -> None:
        """Make the open transaction fail, as any error does; must not be skipping until a Sync."""
        if self.status != FAILED:
            for _ in self.answers("an error by intention"):
                pass

    def _send_chunks(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            self.send(b"d", chunk)
            if select.select([self._socket], [], [], 0)[0]:
                return  # an error: more data would only be thrown away
        self.send(b"c")


def engine_error(body: bytes) -> EngineError:
    """The exception of an ErrorResponse."""
    fields = error_fields(body)
    return EngineError(
        sqlstate=fields.get("C", "XX000"),
        message=fields.get("M", ""),
        detail=fields.get("D"),
        where=fields.get("W"),
    )


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _row(body: bytes) -> tuple[str | None, ...]:
    values: list[str | None] = []
    at = 2
    for _ in range(int.from_bytes(body[:2], "big")):
        size = int.from_bytes(body[at : at + 4], "big", signed=True)
        at += 4
        if size < 0:
            values.append(None)
            continue
        values.append(body[at : at + size].decode())
        at += size
    return tuple(values)
