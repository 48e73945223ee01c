"""The API server's process: `python -m sandbox.server HOME`."""

import asyncio
import os
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from postgres_local import HOST
from sandbox.apis import APIS
from sandbox.authority import open_authority, server_context
from sandbox.proxy import Proxy
from sandbox.settings import Settings


def uvicorn_server(app: ASGIApp) -> uvicorn.Server:
    """A server that leaves the header `Date` to the application, whose clock is another one."""
    config = uvicorn.Config(
        app,
        access_log=False,
        date_header=False,
        http="h11",
        lifespan="off",
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=1,
        ws="none",
    )
    return uvicorn.Server(config)


def listen(port: int) -> socket.socket:
    """A listener on loopback; port 0 takes a free one."""
    # asyncio sends small answers at once (TCP_NODELAY) only where the protocol is named.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


def serve(settings: Settings) -> None:
    """Serve the simulated APIs until the process is told to stop.

    Each has its own port; by the proxy it is reached under its real host names, too.
    """
    with ExitStack() as stack:
        apps: dict[int, ASGIApp] = {}
        listeners = []
        behind: dict[str, int] = {}
        for api in APIS.values():
            app = stack.enter_context(api.open(settings.world, settings.home))
            outside = stack.enter_context(listen(api.port(settings)))
            inside = stack.enter_context(listen(0))
            apps[_port_of(outside)], apps[_port_of(inside)] = app, _by_tls(app)
            behind |= dict.fromkeys(api.hosts, _port_of(inside))
            listeners += [outside, inside]
        context = server_context(open_authority(settings.home), behind)
        proxy = Proxy(settings.home, behind, context)
        door = stack.enter_context(listen(settings.proxy_port))
        (settings.home / "api.pid").write_text(str(os.getpid()))
        asyncio.run(_run(uvicorn_server(_by_port(apps)), listeners, proxy, door))


async def _run(
    server: uvicorn.Server, listeners: list[socket.socket], proxy: Proxy, door: socket.socket
) -> None:
    """Run the APIs, and the proxy as long as they run."""
    doorkeeper = await asyncio.start_server(proxy.serve, sock=door)
    try:
        await server.serve(sockets=listeners)
    finally:
        doorkeeper.close()


def _port_of(listener: socket.socket) -> int:
    port: int = listener.getsockname()[1]
    return port


def _by_port(apps: Mapping[int, ASGIApp]) -> ASGIApp:
    """One application that hands a request to the application of the port it came to."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        _, port = scope["server"]
        await apps[port](scope, receive, send)

    return app


def _by_tls(app: ASGIApp) -> ASGIApp:
    """The application as the proxy's clients see it: the links that it gives are https."""

    async def secured(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, "scheme": "https"}, receive, send)

    return secured


if __name__ == "__main__":
    # The folder stands on the command line so that the process can be told from others.
    serve(Settings.from_environment({**os.environ, "SANDBOX_HOME": str(Path(sys.argv[1]))}))
