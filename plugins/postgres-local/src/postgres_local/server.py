"""An embedded Postgres on loopback: made, started and stopped by us, gone with its folder."""

import secrets
import shlex
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql

from postgres_local import processes
from postgres_local.errors import ServerError
from postgres_local.home import PostgresHome, fresh

USER = "headwater"
PASSWORD = "sandbox"  # noqa: S105 - a server on loopback with invented data has nothing to hide
HOST = "127.0.0.1"
# Speed before safety: what is in here can be made again, so nothing waits for a disk.
SETTINGS = {
    "autovacuum_naptime": "20s",
    # Shared memory as files: /dev/shm is tiny in many containers.
    "dynamic_shared_memory_type": "mmap",
    "fsync": "off",
    "full_page_writes": "off",
    "jit": "off",
    "listen_addresses": HOST,
    "log_timezone": "UTC",
    "maintenance_work_mem": "128MB",
    "max_connections": "60",
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "shared_buffers": "256MB",
    "synchronous_commit": "off",
    "timezone": "UTC",
    "unix_socket_directories": "",
    "wal_level": "minimal",
    "work_mem": "64MB",
}
PROGRAMS = ("postgres", "initdb", "pg_ctl")
START_SECONDS = 60
LEFTOVER_SECONDS = 5
# After a killed postmaster its last backends hold the shared memory until they notice.
ATTEMPTS = 5


class PostgresServer:
    """One Postgres server with a data folder of its own.

    Args:
        data_dir: The data folder; made on the first start. When root runs us and the account
            that runs Postgres cannot enter the folder above, the data lies in a private folder
            under the system's one for lasting temporary files instead.
        port: TCP port on 127.0.0.1.
        options: Server settings (`wal_level`, ...) on top of ours.
        port_setting: What errors call the setting that the port came from.
    """

    def __init__(
        self,
        data_dir: Path,
        port: int,
        options: Mapping[str, str] | None = None,
        *,
        port_setting: str = "the port",
    ) -> None:
        self.port = port
        self._port_setting = port_setting
        self._home = PostgresHome(data_dir)
        self._options = {**SETTINGS, **(options or {})}

    def start(self) -> None:
        """Start the server, making its data folder when there is none; return when it answers.

        Does nothing when it runs already.

        Raises:
            ServerError: The port is taken, the running server has another port, or Postgres
                itself gave up.
        """
        if self._answers():
            return
        self.check_port()
        self._make_data_folder()
        self._drop_foreign_pid_file()
        self._launch()

    def check_port(self) -> None:
        """Complain when another program listens where this server would."""
        if self.is_running():
            return
        # What a killed postmaster leaves behind listens until it notices.
        deadline = time.monotonic() + (LEFTOVER_SECONDS if self._pid() is not None else 0)
        while not is_free(self.port):
            if time.monotonic() < deadline:
                time.sleep(0.1)
                continue
            raise ServerError(
                f"Port {self.port} on {HOST} is taken by another program: "
                f"set {self._port_setting} to a free port."
            )

    def stop(self) -> None:
        """Stop the server if it runs, closing its connections."""
        pid = self._pid()
        if pid is not None:
            # SIGINT is Postgres' "fast shutdown": sessions are ended, data is written.
            processes.end(pid, self._marks(), with_signal=signal.SIGINT, patience=30)

    def is_running(self) -> bool:
        """Tell whether our server (not just any on this port) is there."""
        pid = self._pid()
        return pid is not None and processes.is_ours(pid, self._marks())

    def create_database(self, name: str) -> None:
        """Create a database unless it exists."""
        if self.has_database(name):
            return
        create = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        with (
            psycopg.connect(self.url("postgres"), autocommit=True) as connection,
            # a command that was killed just now may have left its own CREATE at work
            suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation),
        ):
            connection.execute(create)

    def has_database(self, name: str) -> bool:
        """Tell whether there is such a database."""
        with psycopg.connect(self.url("postgres")) as connection:
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return found.fetchone() is not None

    def drop_database(self, name: str) -> None:
        """Drop a database, and whoever is connected to it."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
            connection.execute(drop.format(sql.Identifier(name)))

    def url(self, database: str) -> str:
        """Connection URL of a database on this server."""
        return f"postgresql://{USER}:{PASSWORD}@{HOST}:{self.port}/{database}"

    def remove(self) -> None:
        """Stop the server and remove all that it ever wrote."""
        self.stop()
        self._kill_leftovers()
        self._home.remove()

    @property
    def data_dir(self) -> Path:
        """The data folder that is really used."""
        return self._home.data

    def _marks(self) -> tuple[str, ...]:
        return ("-D", str(self.data_dir))

    def _pid_file(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text().splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []
        except PermissionError:
            self._home.check_owner()
            raise

    def _pid(self) -> int | None:
        lines = self._pid_file()
        return int(lines[0]) if lines and lines[0].isdigit() else None

    def _kill_leftovers(self) -> None:
        data = self.data_dir
        words = {str(data), f"--pgdata={data}", f"--pgdata={fresh(data)}"}
        processes.kill_leftovers(PROGRAMS, frozenset(words))

    def _answers(self) -> bool:
        """Wait until our server answers, or is gone (it may just be starting, or dying)."""
        deadline = time.monotonic() + START_SECONDS
        while self.is_running():
            self._check_running_port()
            try:
                psycopg.connect(self.url("postgres")).close()
            except psycopg.OperationalError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
            else:
                return True
        return False

    def _check_running_port(self) -> None:
        lines = self._pid_file()
        running = lines[3] if len(lines) > 3 else str(self.port)  # noqa: PLR2004 - its fourth line
        if running != str(self.port):
            raise ServerError(
                f"Postgres of {self.data_dir} already runs on port {running}: set "
                f"{self._port_setting} to {running}, or stop it before changing the port."
            )

    def _drop_foreign_pid_file(self) -> None:
        """Drop a pid file whose number now belongs to a stranger; Postgres would believe in it.

        The file of a dead process stays: Postgres checks by it that no backend is left over.
        """
        pid = self._pid()
        if pid is None or processes.is_alive(pid):
            (self.data_dir / "postmaster.pid").unlink(missing_ok=True)

    def _make_data_folder(self) -> None:
        if (self.data_dir / "PG_VERSION").exists():
            self._home.check_owner()
            return
        # A command that was killed may have left an initdb at work.
        self._kill_leftovers()
        self._home.prepare()
        unfinished = fresh(self.data_dir)
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        self._home.hand_over(unfinished)
        self._initialise(unfinished)
        unfinished.rename(self.data_dir)

    def _initialise(self, folder: Path) -> None:
        password_file = folder.with_name(f"{folder.name}.{secrets.token_hex(4)}")
        password_file.touch(mode=0o600)
        try:
            password_file.write_text(PASSWORD)
            self._home.hand_over(password_file)
            done = self._home.run(
                "initdb",
                [
                    f"--pgdata={folder}",
                    f"--username={USER}",
                    f"--pwfile={password_file}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--no-sync",
                    "--no-instructions",
                ],
            )
        finally:
            password_file.unlink()
        if done.returncode:
            shutil.rmtree(folder, ignore_errors=True)
            raise ServerError(
                f"Postgres could not be set up in {folder}: {_last_line(done.stdout)}"
            )

    def _launch(self) -> None:
        log = self.data_dir / "server.log"
        settings = {**self._options, "port": str(self.port)}
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        arguments = [
            "start",
            f"--pgdata={self.data_dir}",
            f"--log={log}",
            f"--timeout={START_SECONDS}",
            "--wait",
            f"--options={shlex.join(words)}",
        ]
        for attempt in range(1, ATTEMPTS + 1):
            begin = log.stat().st_size if log.exists() else 0
            done = self._home.run("pg_ctl", arguments)
            if done.returncode == 0:
                return
            reason = _log_since(log, begin) or _last_line(done.stdout)
            if "shared memory" not in reason or attempt == ATTEMPTS:
                raise ServerError(f"Postgres did not start: {reason} (its log is {log}).")
            time.sleep(1)


def free_port() -> int:
    """Give a TCP port on 127.0.0.1 that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of 127.0.0.1."""
    with socket.socket() as probe:
        # Connections of an earlier server that are still closing are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    with socket.socket() as probe:
        return probe.connect_ex((HOST, port)) != 0


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else "it said nothing"


def _log_since(log: Path, begin: int) -> str:
    """The first complaint that the log has got since a position."""
    if not log.exists():
        return ""
    lines = log.read_bytes()[begin:].decode(errors="replace").splitlines()
    return next((line for line in lines if "FATAL:" in line or "ERROR:" in line), "")
