"""The API server's process: `python -m sandbox.server HOME`."""

import os
import socket
import sys
from pathlib import Path

import uvicorn

from sandbox.clevertap.app import create_app
from sandbox.postgres import HOST
from sandbox.settings import Settings


def serve(settings: Settings) -> None:
    """Serve the simulated APIs until the process is told to stop."""
    app = create_app(settings.world)
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, date_header=False, server_header=False
    )
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, settings.clevertap_port))
        (settings.home / "api.pid").write_text(str(os.getpid()))
        uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    # The folder stands on the command line so that the process can be told from others.
    serve(Settings.from_environment({**os.environ, "SANDBOX_HOME": str(Path(sys.argv[1]))}))
