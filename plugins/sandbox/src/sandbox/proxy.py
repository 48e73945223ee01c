"""The way from a real host name to the simulated API: an HTTP proxy that knows CONNECT only.

A client that is pointed here by HTTPS_PROXY, and trusts the sandbox's authority, meets the
sandbox at `https://graph.facebook.com`. No request leaves this machine: whoever asks for
another host is refused.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

from postgres_local import HOST
from sandbox.authority import CERTIFICATE

HTTPS = 443
# A client says at once what it wants; a head of 64 KB (asyncio's limit) is no proxy request.
PATIENCE = 30.0
_CHUNK = 1 << 16
_NO_HEAD = (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError, ValueError)


@dataclass(frozen=True)
class Proxy:
    """Leads tunnels to the APIs, ending TLS on the way.

    Args:
        home: The data folder, by which the server is recognised and in which its certificate is.
        ports: Where a host's API listens without TLS, by host name (`*.` for every subdomain).
        context: Proves to clients that we are these hosts.
    """

    home: Path
    ports: Mapping[str, int]
    context: ssl.SSLContext

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        try:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
            method, target, _version = head.partition(b"\r\n")[0].decode("ascii").split(" ")
            if method == "CONNECT":
                await self._tunnel(target, reader, writer)
            else:
                self._answer(method, target, writer)
                await writer.drain()
        except (*_NO_HEAD, OSError):
            pass  # the client has gone, is no HTTP client, or does not trust us: it knows why
        finally:
            writer.close()

    def _port(self, target: str) -> int | None:
        """Where the API of a CONNECT's target listens; None when it is not one of ours."""
        host, _, port = target.lower().rpartition(":")
        if port != str(HTTPS):
            return None
        return next((to for name, to in self.ports.items() if fnmatchcase(host, name)), None)

    async def _tunnel(
        self, target: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        port = self._port(target)
        if port is None:
            _respond(writer, HTTPStatus.FORBIDDEN, self._refusal(target))
            return
        api_reader, api_writer = await asyncio.open_connection(HOST, port)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.start_tls(self.context)
            await asyncio.gather(_carry(reader, api_writer), _carry(api_reader, writer))
        finally:
            api_writer.close()

    def _answer(self, method: str, target: str, writer: asyncio.StreamWriter) -> None:
        """What is asked of the proxy itself; anything else is meant for a host without TLS."""
        if (method, target) == ("GET", "/_sandbox/health"):
            health = {"home": str(self.home), "pid": os.getpid()}
            _respond(writer, HTTPStatus.OK, json.dumps(health), "application/json")
        elif (method, target) == ("GET", f"/{CERTIFICATE}"):
            certificate = (self.home / CERTIFICATE).read_text()
            _respond(writer, HTTPStatus.OK, certificate, "application/x-pem-file")
        else:
            url = urlsplit(target)  # its query may hold a token
            _respond(writer, HTTPStatus.FORBIDDEN, self._refusal(f"{url.scheme}://{url.netloc}"))

    def _refusal(self, target: str) -> str:
        return (
            f"The sandbox's proxy leads by TLS on port {HTTPS} to {', '.join(self.ports)}, "
            f"and nowhere else: not to {target}."
        )


async def _carry(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    """Carry bytes until one side has gone; then the other side goes too."""
    try:
        while data := await source.read(_CHUNK):
            sink.write(data)
            await sink.drain()
    except OSError:
        pass  # a connection that broke is over, as one that was closed
    finally:
        sink.close()


def _respond(
    writer: asyncio.StreamWriter, status: HTTPStatus, text: str, media_type: str = "text/plain"
) -> None:
    """Answer and be done with the connection."""
    # Of a refused tunnel most clients show the reason alone: it says why, too.
    reason = status.phrase if status is HTTPStatus.OK else text
    body = text.encode()
    writer.write(
        f"HTTP/1.1 {status.value} {reason}\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode()
        + body
    )
