"""The process that serves the simulated APIs."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from postgres_local import HOST, is_free, processes
from sandbox.apis import all_ports, ports
from sandbox.authority import CERTIFICATE
from sandbox.errors import SandboxError
from sandbox.settings import Settings

MODULE = "sandbox.server"
START_SECONDS = 30.0


class ApiProcess:
    """Start, stop and find the server of the simulated APIs.

    Args:
        settings: Where it lives and listens.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._log = settings.home / "api.log"
        self._pid_file = settings.home / "api.pid"

    @property
    def urls(self) -> dict[str, str]:
        """Base URL of each API."""
        return {name: f"http://{HOST}:{port}" for name, port in ports(self._settings).items()}

    @property
    def proxy_url(self) -> str:
        """The proxy, for a client's HTTPS_PROXY."""
        return f"http://{HOST}:{self._settings.proxy_port}"

    @property
    def certificate(self) -> Path:
        """What a client that comes by the proxy must trust."""
        return self._settings.home / CERTIFICATE

    def is_healthy(self) -> bool:
        """Tell whether our server (of this data folder) answers on all its ports."""
        home = str(self._settings.home)
        return all(_home_of(port) == home for port in all_ports(self._settings).values())

    def start(self) -> None:
        """Start the server unless it is healthy; return when it is.

        Raises:
            SandboxError: The port is taken, or the server gave up.
        """
        if self.is_healthy():
            return
        self.stop()
        self.check_ports()
        process = self._spawn()
        deadline = time.monotonic() + START_SECONDS
        while not self.is_healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                raise SandboxError(
                    f"The API server did not start: {self._last_words()} (its log is {self._log})."
                )
            time.sleep(0.05)
        # It lives on after us; Python need not wonder what became of it.
        process.returncode = 0

    def check_ports(self) -> None:
        """Complain when another program listens where this server would."""
        if self._pid():
            return
        for name, port in all_ports(self._settings).items():
            if not is_free(port):
                raise SandboxError(
                    f"Port {port} on {HOST} is taken by another program: "
                    f"set SANDBOX_{name.upper()}_PORT to a free port."
                )

    def stop(self) -> None:
        """Stop the server if it runs."""
        pid = self._pid()
        if pid:
            processes.end(pid, self._marks, with_signal=signal.SIGTERM, patience=5)
        self._pid_file.unlink(missing_ok=True)

    @property
    def _marks(self) -> tuple[str, ...]:
        return (MODULE, str(self._settings.home))

    def _pid(self) -> int | None:
        """The server's process, if it lives."""
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if processes.is_ours(pid, self._marks) else None

    def _spawn(self) -> "subprocess.Popen[bytes]":
        """Start the process with no pipe or terminal of ours: its parent must be free to end."""
        settings, found = self._settings, all_ports(self._settings)
        environment = {
            **os.environ,
            "SANDBOX_HOME": str(settings.home),
            **{f"SANDBOX_{name.upper()}_PORT": str(port) for name, port in found.items()},
        }
        with self._log.open("ab") as log:
            return subprocess.Popen(  # noqa: S603 - our own program and arguments
                [sys.executable, "-m", MODULE, str(settings.home)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=environment,
            )

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return lines[-1].rstrip(".") if lines else "it said nothing"


def _home_of(port: int) -> str | None:
    """The data folder of the API server that answers on a port, if one does."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/_sandbox/health")
        answer = json.loads(connection.getresponse().read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return answer.get("home") if isinstance(answer, dict) else None
