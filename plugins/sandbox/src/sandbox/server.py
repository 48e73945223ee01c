"""The API server's process: `python -m sandbox.server HOME`."""

import os
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from sandbox.clevertap.app import create_app
from sandbox.clevertap.view import WorldView
from sandbox.postgres import HOST
from sandbox.settings import Settings


def uvicorn_server(app: Starlette) -> uvicorn.Server:
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
    """Serve the simulated APIs until the process is told to stop."""
    server = uvicorn_server(create_app(WorldView(settings.world), settings.home))
    with listen(settings.clevertap_port) as listener:
        (settings.home / "api.pid").write_text(str(os.getpid()))
        server.run(sockets=[listener])


if __name__ == "__main__":
    # The folder stands on the command line so that the process can be told from others.
    serve(Settings.from_environment({**os.environ, "SANDBOX_HOME": str(Path(sys.argv[1]))}))
