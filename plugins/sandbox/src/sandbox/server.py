"""The API server's process: `python -m sandbox.server HOME`."""

import os
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.apis import APIS, ports
from sandbox.postgres import HOST
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
    """Serve the simulated APIs, each on its port, until the process is told to stop."""
    with ExitStack() as stack:
        apps: dict[int, ASGIApp] = {}
        listeners = []
        for name, port in ports(settings).items():
            apps[port] = stack.enter_context(APIS[name].open(settings.world, settings.home))
            listeners.append(stack.enter_context(listen(port)))
        (settings.home / "api.pid").write_text(str(os.getpid()))
        uvicorn_server(_by_port(apps)).run(sockets=listeners)


def _by_port(apps: Mapping[int, ASGIApp]) -> ASGIApp:
    """One application that hands a request to the application of the port it came to."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        _, port = scope["server"]
        await apps[port](scope, receive, send)

    return app


if __name__ == "__main__":
    # The folder stands on the command line so that the process can be told from others.
    serve(Settings.from_environment({**os.environ, "SANDBOX_HOME": str(Path(sys.argv[1]))}))
