"""A connection to Redshift: who logs in, how it is encrypted, and what ends it."""

import contextlib
import logging
import socket
import ssl
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import redshift_connector
from redshift_connector.core import Connection as DriverConnection
from redshift_connector.cursor import Cursor
from redshift_connector.error import Error, InterfaceError

from target_redshift.errors import WarehouseError
from target_redshift.redshift_login import Login, find_login
from target_redshift.settings import Settings

# What the driver raises when a connection is gone: it passes on what the socket module and its
# own parsing of half a message say.
LOST = (InterfaceError, OSError, struct.error)
ERRORS = (Error, *LOST)
_CONNECT_SECONDS = 30
_log = logging.getLogger("target-redshift")
# Each of its connections tells of Python's ssl module, which is nothing that our users could mend.
warnings.filterwarnings("ignore", category=DeprecationWarning, module="redshift_connector")


class CannotConnectError(WarehouseError):
    """Redshift cannot be reached, or lets nobody in.

    Attributes:
        may_pass: Whether it may be reached a little later.
    """

    def __init__(self, settings: Settings, login: Login, error: BaseException) -> None:
        super().__init__(
            f"Cannot connect to Redshift ({tell(error)}): check the settings "
            f'host ("{settings.host}"), port ({settings.port}), database ("{settings.database}"), '
            f'sslmode ("{settings.sslmode or "verify-full"}") and {login.settings}.'
        )
        is_untrusted = any(isinstance(each, ssl.SSLError) for each in (error, *error.args))
        self.may_pass = isinstance(error, LOST) and not is_untrusted


class Connection:
    """An open session; statements commit by themselves unless they stand in a transaction.

    Attributes:
        pid: The session's number, as system views know it.
        is_lost: Whether nothing more can be asked of it.
    """

    def __init__(self, settings: Settings) -> None:
        """Log in.

        Raises:
            CannotConnectError: Redshift cannot be reached, or refuses.
        """
        login = find_login(settings)
        try:
            self._connection = _connect(settings, login)
            # The driver forgets it after an error.
            self._file: Any = self._connection._sock  # noqa: SLF001 - it is shown nowhere else
            self.is_lost = self._is_closed = False
            row = self.cursor().execute("select pg_backend_pid()").fetchone()
            self.pid = int(row[0]) if row else 0
        except ERRORS as error:
            raise CannotConnectError(settings, login, error) from error

    def cursor(self) -> Cursor:
        """A cursor."""
        return Cursor(self._connection)

    @contextmanager
    def transaction(self) -> Iterator[Cursor]:
        """A transaction: committed at its end, rolled back by an error."""
        cursor = self.cursor()
        try:
            cursor.execute("begin")
            yield cursor
            cursor.execute("commit")
        except LOST:
            raise  # the server rolls back
        except BaseException:
            self._roll_back(cursor)
            raise

    def close(self) -> None:
        """End the session; what is not committed is rolled back."""
        if self._is_closed:
            return
        self.is_lost = self._is_closed = True
        # What the driver leaves open when it could not say good-bye.
        for end in (self._connection.close, self._file.close, self._socket.close):
            with contextlib.suppress(*ERRORS):
                end()

    def cut(self) -> None:
        """End the session from another thread: who waits for an answer gets an error at once.

        The driver has no way to cancel a statement; Redshift rolls back when its client is gone.
        """
        self.is_lost = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    @property
    def _socket(self) -> socket.socket:
        return _socket(self._connection)

    def _roll_back(self, cursor: Cursor) -> None:
        try:
            cursor.execute("rollback")
        except ERRORS as error:
            self.is_lost = True
            _log.debug("Cannot roll back: %s", error)


def _connect(settings: Settings, login: Login) -> DriverConnection:
    uses_tls = settings.sslmode != "disable"
    connection = redshift_connector.connect(
        host=settings.host,
        port=settings.port,
        database=settings.database,
        user=login.user,
        password=login.password,
        ssl=uses_tls,
        sslmode=settings.sslmode or "verify-full" if uses_tls else None,
        timeout=_CONNECT_SECONDS,
        # A warehouse whose machine is gone answers no probe; one that only waits does.
        tcp_keepalive=True,
        tcp_keepalive_idle=60,
        tcp_keepalive_interval=10,
        tcp_keepalive_count=6,
        application_name="target-redshift",
        # A prepared statement that names a temporary table would outlive it.
        max_prepared_statements=0,
    )
    connection.autocommit = True
    # The driver's timeout is of each answer as well, and a COPY may take long.
    _socket(connection).settimeout(None)
    return connection


def _socket(connection: DriverConnection) -> socket.socket:
    found: Any = connection._usock  # noqa: SLF001 - the driver shows its socket nowhere else
    if not isinstance(found, socket.socket):
        raise TypeError(f"The driver's socket is a {type(found).__name__}")
    return found


def server_error(error: BaseException) -> dict[str, str]:
    """The fields of what the server said (`C` is SQLSTATE, `M` message, `D` detail); else empty."""
    fields = error.args[0] if error.args else None
    return fields if isinstance(fields, dict) else {}


def tell(error: BaseException) -> str:
    """An error in the server's words or the driver's, on one line."""
    fields = server_error(error)
    if not fields:
        return " ".join(str(each) for each in error.args) or type(error).__name__
    told = fields.get("M", "")
    detail = fields.get("D", "")
    return " ".join(f"{told}: {detail}".split()) if detail else told
