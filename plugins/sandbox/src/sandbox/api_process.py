"""The process that serves the simulated APIs."""

import http.client
import json
import os
import signal
import subprocess
import sys
import time

from sandbox import processes
from sandbox.errors import SandboxError
from sandbox.postgres import HOST, is_free
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
        return {"clevertap": f"http://{HOST}:{self._settings.clevertap_port}"}

    def is_healthy(self) -> bool:
        """Tell whether our server (of this data folder) answers on its port."""
        connection = http.client.HTTPConnection(HOST, self._settings.clevertap_port, timeout=5)
        try:
            connection.request("GET", "/_sandbox/health")
            answer = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError):
            return False
        finally:
            connection.close()
        return isinstance(answer, dict) and answer.get("home") == str(self._settings.home)

    def start(self) -> None:
        """Start the server unless it is healthy; return when it is.

        Raises:
            SandboxError: The port is taken, or the server gave up.
        """
        if self.is_healthy():
            return
        self.stop()
        self.check_port()
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

    def check_port(self) -> None:
        """Complain when another program listens where this server would."""
        port = self._settings.clevertap_port
        if not self._pid() and not is_free(port):
            raise SandboxError(
                f"Port {port} on {HOST} is taken by another program: "
                "set SANDBOX_CLEVERTAP_PORT to a free port."
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
        settings = self._settings
        environment = {
            **os.environ,
            "SANDBOX_HOME": str(settings.home),
            "SANDBOX_CLEVERTAP_PORT": str(settings.clevertap_port),
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
