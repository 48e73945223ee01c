"""Messages of the protocol that Redshift has inherited from Postgres (version 3.0)."""

import socket
import ssl
import struct
from collections.abc import Mapping
from contextlib import suppress

_HEAD = struct.Struct("!ci")
_BLOCK = 1 << 16
_GOODBYE_SECONDS = 0.5


class Closed(Exception):  # noqa: N818 - not an error: the other side has gone
    """The connection has ended."""


class Wire:
    """One side of a connection, message by message.

    Args:
        connection: A connected, blocking socket; TLS or not.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._read = bytearray()
        self._at = 0
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0

    def receive(self) -> tuple[bytes, bytes]:
        """The next message: its type (one byte) and its body.

        Raises:
            Closed: There will be none.
        """
        kind, length = _HEAD.unpack(self._take(5))
        return kind, self._take(length - 4)

    def receive_startup(self) -> bytes:
        """The body of a message without a type, as a client sends before it is logged in."""
        (length,) = struct.unpack("!i", self._take(4))
        if not 8 <= length <= 10_000:  # noqa: PLR2004 - Postgres' own limits
            raise Closed
        return self._take(length - 4)

    def send(self, kind: bytes, body: bytes = b"") -> None:
        """Queue a message; it goes out with the next flush, or when there is much to send."""
        self._unsent.append(_HEAD.pack(kind, len(body) + 4))
        self._unsent.append(body)
        self._unsent_bytes += len(body) + 5
        if self._unsent_bytes > _BLOCK:
            self.flush()

    def send_byte(self, answer: bytes) -> None:
        """Send the bare byte that answers a request for encryption."""
        self._socket.sendall(answer)

    def flush(self) -> None:
        """Send what is queued.

        Raises:
            Closed: Nobody is there to receive it.
        """
        if not self._unsent:
            return
        content = b"".join(self._unsent)
        self._unsent.clear()
        self._unsent_bytes = 0
        try:
            self._socket.sendall(content)
        except OSError as error:
            raise Closed from error

    def part(self) -> None:
        """Say good-bye as TLS wants it (libpq complains without), and end the connection."""
        if isinstance(self._socket, ssl.SSLSocket):
            with suppress(OSError, ValueError):
                self._socket.settimeout(_GOODBYE_SECONDS)
                self._socket.unwrap()
        self.close()

    def close(self) -> None:
        """End the connection, also for a thread that is waiting for a message."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _take(self, size: int) -> bytes:
        while len(self._read) - self._at < size:
            if self._at:
                del self._read[: self._at]
                self._at = 0
            try:
                block = self._socket.recv(max(_BLOCK, size))
            except OSError as error:
                raise Closed from error
            if not block:
                raise Closed
            self._read += block
        taken = bytes(self._read[self._at : self._at + size])
        self._at += size
        return taken


def text(value: str) -> bytes:
    """A string as the protocol has it."""
    return value.encode() + b"\0"


def cut(body: bytes, at: int = 0) -> tuple[bytes, int]:
    """A string of a message, without its end, and where the next field begins."""
    end = body.index(b"\0", at)
    return body[at:end], end + 1


def error_body(fields: Mapping[str, str]) -> bytes:
    """Body of an ErrorResponse or NoticeResponse from its fields by their letters."""
    return b"".join(key.encode() + text(value) for key, value in fields.items()) + b"\0"


def error_fields(body: bytes) -> dict[str, str]:
    """Fields of an ErrorResponse or NoticeResponse by their letters."""
    parts = body.split(b"\0")
    return {part[:1].decode(): part[1:].decode(errors="replace") for part in parts if part}
