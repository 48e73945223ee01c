"""Starts runs of the main job and kills a part of them, at a moment that a test chooses."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Headwater

    from sandbox.simulated import SimulatedApi

LOAD = ("run", "tap-clevertap", "target-redshift")
PATIENCE_SECONDS = 60
# Slow enough that a run has moments, three requests at a time.
LATENCY_SECONDS = 0.05
Tables = dict[str, list[str]]


def raw(headwater: Headwater, schema: str) -> Tables:
    """Every raw row without book-keeping; a slice read twice counts once."""
    names = [
        str(name)
        for (name,) in headwater.query(
            sql.SQL(
                "select table_name from information_schema.tables where table_schema = {}"
                " and table_name not like '\\_sdc%'"
            ).format(sql.Literal(schema))
        )
    ]
    return {name: _rows(headwater, sql.Identifier(schema, name)) for name in names}


def _rows(headwater: Headwater, table: sql.Identifier) -> list[str]:
    distinct = sql.SQL("distinct" if table.as_string().endswith('_reads"') else "")
    return [
        str(row)
        for (row,) in headwater.query(
            sql.SQL(
                "select {} (to_jsonb(each) - 'read_at' - array(select column_name::text"
                " from information_schema.columns where column_name like '\\_sdc\\_%'))::text"
                " from {} each order by 1"
            ).format(distinct, table)
        )
    ]


def wait_until(is_so: Callable[[], object], run: subprocess.Popen[bytes]) -> None:
    """Wait for something to happen in a run, or for the run to end."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not is_so() and run.poll() is None:
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)


@dataclass(frozen=True)
class Killer:
    """Starts runs and kills a part of them.

    Attributes:
        headwater: Whose runs they are.
        api: The API that the tap reads, slowed down.
        folder: Where the last run's output goes.
        family: The kind of request by which moments are counted.
    """

    headwater: Headwater
    api: SimulatedApi
    folder: Path
    family: str = "events"

    @property
    def output(self) -> str:
        """What the last killed run printed."""
        return (self.folder / "killed.log").read_text()

    def kill(self, victim: str, request: int, *command: str, seconds: float = 0) -> int:
        """Run a command and kill a part of it; the run's exit code.

        Args:
            victim: A plugin's name, `warehouse` (its sessions), `meltano` or `ctrl-c`.
            request: It strikes after the API's nth request of the family.
            command: Meltano's arguments.
            seconds: It waits so long before it strikes.
        """
        self.api.reset_stats()
        self.api.fault("latency", seconds=LATENCY_SECONDS, times=0)
        try:
            return self._kill(victim, lambda: self._requests() >= request, seconds, command)
        finally:
            self.api.clear_faults()

    def kill_dbt(self, victim: str, seconds: float, *command: str) -> int:
        """Run a command and kill a part of it so long after dbt's first model; its exit code."""
        return self._kill(victim, self._has_models, seconds, command)

    def _kill(
        self, victim: str, is_time: Callable[[], bool], seconds: float, command: tuple[str, ...]
    ) -> int:
        run = self._start(command)
        try:
            wait_until(is_time, run)
            time.sleep(seconds)
            if run.poll() is not None:
                return run.returncode
            started = psutil.Process(run.pid).children(recursive=True)
            self._strike(victim, run)
            self.api.clear_faults()
            code = run.wait(PATIENCE_SECONDS)
        finally:
            run.kill()
            run.wait()
        # What dbt had begun goes on to its end without Meltano.
        _, orphans = psutil.wait_procs(started, timeout=PATIENCE_SECONDS)
        assert not orphans, "processes of a killed run live on"
        return code

    def _start(self, command: tuple[str, ...]) -> subprocess.Popen[bytes]:
        headwater = self.headwater
        with (self.folder / "killed.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 (our own command)
                [*headwater.command, *command],
                cwd=headwater.root,
                env={**os.environ, **headwater.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C goes to the run alone
            )

    def _requests(self) -> int:
        return self.api.stats()["requests"].get(self.family, 0)

    def _has_models(self) -> bool:
        found = self.headwater.query(
            "select 1 from information_schema.tables where table_schema = 'staging'"
        )
        return bool(found)

    def _strike(self, victim: str, run: subprocess.Popen[bytes]) -> None:
        if victim == "meltano":
            run.kill()
        elif victim == "ctrl-c":
            os.killpg(run.pid, signal.SIGINT)
        elif victim == "warehouse":
            wait_until(self._end_sessions, run)
        else:
            wait_until(lambda: self._kill_plugin(victim, run), run)

    def _end_sessions(self) -> bool:
        return bool(
            self.headwater.query(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = 'warehouse' and pid <> pg_backend_pid()"
            )
        )

    def _kill_plugin(self, name: str, run: subprocess.Popen[bytes]) -> bool:
        for process in psutil.Process(run.pid).children(recursive=True):
            if any(Path(word).name == name for word in process.cmdline()):
                process.kill()
                return True
        return False
