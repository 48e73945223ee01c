"""Starts, finds and stops the background process that serves."""

import os
import signal
import socket
import subprocess
import sys
import time

from postgres_local import HOST, ServerError, is_free, processes
from redshift_local.settings import Settings

MODULE = "redshift_local.server"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
LEFTOVER_SECONDS = 5.0


class Background:
    """The server of one data folder, in a process of its own.

    Args:
        settings: Where it lives and listens.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._log = settings.home / "server.log"
        self._pid_file = settings.home / "server.pid"

    def is_running(self) -> bool:
        """Tell whether our server (of this data folder) is there and answers on its ports."""
        return self._pid() is not None and all(_answers(port) for port in self._ports().values())

    def start(self) -> None:
        """Start the server unless it runs; return when it answers.

        Raises:
            ServerError: A port is taken, or the server gave up.
        """
        if self.is_running():
            return
        self.stop()
        self.check_ports()
        process = self._spawn()
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            if process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise ServerError(
                    f"The server did not start: {self._last_words()} (its log is {self._log})."
                )
            time.sleep(0.05)
        # It lives on after us; Python need not wonder what became of it.
        process.returncode = 0

    def check_ports(self) -> None:
        """Complain when another program listens where this server would."""
        if self._pid() is not None:
            return
        # What a killed server leaves behind listens until the system has cleared it away.
        deadline = time.monotonic() + (LEFTOVER_SECONDS if self._pid_file.exists() else 0)
        for name, port in self._ports().items():
            while not is_free(port):
                if time.monotonic() < deadline:
                    time.sleep(0.1)
                    continue
                raise ServerError(
                    f"Port {port} on {HOST} is taken by another program: set {name} to a free port."
                )

    def stop(self) -> None:
        """Stop the server if it runs."""
        pid = self._pid()
        if pid is not None:
            processes.end(pid, self._marks(), with_signal=signal.SIGTERM, patience=STOP_SECONDS)
        self._pid_file.unlink(missing_ok=True)

    def _ports(self) -> dict[str, int]:
        settings = self._settings
        return {"REDSHIFT_LOCAL_PORT": settings.port, "REDSHIFT_LOCAL_AWS_PORT": settings.aws_port}

    def _marks(self) -> tuple[str, ...]:
        return (MODULE, str(self._settings.home))

    def _pid(self) -> int | None:
        """The server's process, if it lives."""
        try:
            pid = int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return pid if processes.is_ours(pid, self._marks()) else None

    def _spawn(self) -> "subprocess.Popen[bytes]":
        """Start the process with no pipe or terminal of ours: its parent must be free to end."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(  # noqa: S603 - our own program and arguments
                [sys.executable, "-m", *self._marks()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, **self._settings.to_environment()},
            )
        self._pid_file.write_text(str(process.pid))
        return process

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").splitlines()
        return lines[-1].rstrip(".") if lines else "it said nothing"


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) == 0
