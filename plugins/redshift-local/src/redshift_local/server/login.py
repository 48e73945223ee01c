"""The beginning of a connection: encryption, start-up parameters, and who it is."""

import hmac
import secrets
import socket
import ssl
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5

from redshift_local.server.wire import Closed, Wire, cut, error_body, text

_TLS_REQUEST, _GSS_REQUEST, _CANCEL_REQUEST = 80877103, 80877104, 80877102
_VERSION = 3 << 16
# The newest of Redshift's protocols: names of columns, and NUMERIC in binary.
NEWEST_PROTOCOL = 2


class Rejected(Exception):  # noqa: N818 - an answer to the client
    """The client does not get in.

    Attributes:
        sqlstate: 28000 where Postgres says 28P01: redshift_connector looks at it.
    """

    def __init__(self, sqlstate: str, message: str) -> None:
        self.sqlstate = sqlstate
        super().__init__(message)


@dataclass(frozen=True)
class Startup:
    """What a client asks for.

    Args:
        user: As the client names itself; "IAM:" and the like included.
        database: The database to be in.
        protocol: `client_protocol_version`; 0 for clients that do not know of it (libpq).
        application: Its name for itself.
    """

    user: str
    database: str
    protocol: int
    application: str


@dataclass(frozen=True)
class Cancel:
    """The request to interrupt another session."""

    session: int
    secret: int


def greet(connection: socket.socket, tls: ssl.SSLContext | None) -> tuple[Wire, Startup | Cancel]:
    """Read what a new connection wants, with TLS when it asks for that.

    Args:
        connection: The connection, just accepted.
        tls: What to prove ourselves with; none when TLS is not offered.

    Raises:
        Closed: It wants nothing more, or speaks another protocol; the connection is closed.
    """
    greeting = _Greeting(connection, tls)
    try:
        wanted = greeting.heard()
    except Closed:
        greeting.wire.close()
        raise
    return greeting.wire, wanted


class _Greeting:
    def __init__(self, connection: socket.socket, tls: ssl.SSLContext | None) -> None:
        self._connection = connection
        self._tls = tls
        self.wire = Wire(connection)

    def heard(self) -> Startup | Cancel:
        while True:
            body = self.wire.receive_startup()
            (code,) = struct.unpack_from("!i", body)
            if code == _TLS_REQUEST and self._tls is not None:
                self.wire.send_byte(b"S")
                self.wire = Wire(_encrypted(self._connection, self._tls))
            elif code in {_TLS_REQUEST, _GSS_REQUEST}:
                self.wire.send_byte(b"N")
            elif code == _CANCEL_REQUEST:
                return Cancel(*struct.unpack_from("!ii", body, 4))
            elif code == _VERSION:
                return _startup(body)
            else:
                spoken = "only version 3.0 of the protocol is spoken here"
                refuse(self.wire, Rejected("0A000", spoken))
                raise Closed


def refuse(wire: Wire, why: Rejected) -> None:
    """Tell the client why it does not get in."""
    fields = {"S": "FATAL", "C": why.sqlstate, "M": str(why)}
    wire.send(b"E", error_body(fields))
    wire.flush()


def ask_password(wire: Wire) -> tuple[bytes, bytes]:
    """Ask for the password by MD5; gives the salt that was sent and the answer to it."""
    salt = secrets.token_bytes(4)
    wire.send(b"R", struct.pack("!i", 5) + salt)
    wire.flush()
    kind, body = wire.receive()
    if kind != b"p":
        raise Closed
    return salt, body.rstrip(b"\0")


def matches(known: bytes, salt: bytes, answer: bytes) -> bool:
    """Tell whether an answer is that of a password whose hash is known.

    Args:
        known: MD5 in hexadecimal of password and user name, as pg_authid has it after "md5".
        salt: What was sent.
        answer: What came back.
    """
    right = b"md5" + md5(known + salt).hexdigest().encode()  # noqa: S324 - the protocol's
    return hmac.compare_digest(right, answer)


def password_hash(user: str, password: str) -> bytes:
    """MD5 of a password, as it is kept."""
    return md5((password + user).encode()).hexdigest().encode()  # noqa: S324 - the protocol's


def welcome(wire: Wire, startup: Startup, session: int, secret: int) -> None:
    """Tell the client that it is in, and what server this is."""
    wire.send(b"R", struct.pack("!i", 0))
    for name, value in _facts(startup).items():
        wire.send(b"S", text(name) + text(value))
    wire.send(b"K", struct.pack("!ii", session, secret))


def _facts(startup: Startup) -> Mapping[str, str]:
    facts = {
        # redshift_connector and libpq derive from it what the server can do.
        "server_version": "8.0.2",
        "server_encoding": "UTF8",
        "client_encoding": "UTF8",
        "DateStyle": "ISO, MDY",
        "TimeZone": "UTC",
        "integer_datetimes": "on",
        "standard_conforming_strings": "off",
        "application_name": startup.application,
        "session_authorization": startup.user,
    }
    if startup.protocol:
        facts["server_protocol_version"] = str(startup.protocol)
    return facts


def _encrypted(connection: socket.socket, tls: ssl.SSLContext) -> socket.socket:
    try:
        return tls.wrap_socket(connection, server_side=True)
    except OSError as error:  # a client that does not trust us hangs up
        raise Closed from error


def _startup(body: bytes) -> Startup:
    found: dict[str, str] = {}
    at = 4
    while body[at : at + 1] not in {b"\0", b""}:
        name, at = cut(body, at)
        value, at = cut(body, at)
        found[name.decode()] = value.decode()
    wanted = found.get("client_protocol_version", "0")
    return Startup(
        user=found.get("user", ""),
        database=found.get("database") or found.get("user", ""),
        protocol=min(int(wanted), NEWEST_PROTOCOL) if wanted.isdigit() else 0,
        application=found.get("application_name", ""),
    )
