"""A way to Redshift that a test can break: a TCP proxy that looks at what passes (without TLS)."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass, field

HOST = "127.0.0.1"


@dataclass
class Break:
    """A break of the connection that comes when a statement passes.

    Attributes:
        word: What the statement holds.
        answered: Whether the server does it and answers, and only the answer is lost.
        count: How often.
    """

    word: bytes
    answered: bool
    count: int = 1


@dataclass
class Proxy:
    """Listens on a free port, and hands all on to another one.

    Attributes:
        to_port: The server's.
        breaks: What is to come.
        broken: How many came.
        connections: How many clients came.
    """

    to_port: int
    breaks: list[Break] = field(default_factory=list)
    broken: int = 0
    connections: int = 0
    host: str = HOST

    def __post_init__(self) -> None:
        self._listener = socket.create_server((self.host, 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection((HOST, self.to_port))
            lost = threading.Event()
            for source, target, asks in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._pass_on,
                    args=(source, target, lost),
                    kwargs={"asks": asks},
                    daemon=True,
                ).start()

    def _pass_on(
        self, source: socket.socket, target: socket.socket, lost: threading.Event, *, asks: bool
    ) -> None:
        with contextlib.suppress(OSError), source, target:
            while data := source.recv(1 << 16):
                if not asks and lost.is_set():
                    break
                found = self._find(data) if asks else None
                if found and not found.answered:
                    break
                if found:
                    lost.set()
                target.sendall(data)
            for each in (source, target):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)

    def _find(self, data: bytes) -> Break | None:
        # A statement comes twice: parsed, and named to be executed. What is asked last counts.
        for each in self.breaks:
            if each.word in data and each.count:
                each.count -= 1
                self.broken += 1
                return each
        return None
