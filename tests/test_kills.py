"""Whatever is killed, whenever: the command, run again, gives what an undisturbed run gives."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import psutil
import pytest
from psycopg import sql

from sandbox.simulated import SimulatedClevertap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.conftest import Headwater

LOAD = ("run", "tap-clevertap", "target-redshift")
COMMAND = (*LOAD, "dbt:run")
VICTIMS = ("tap-clevertap", "target-redshift", "warehouse", "meltano")
WORLD = (300, 12)
# A first run asks over 300 times; by then it has given out states, which must not be ahead.
LATE = range(200, 300)
# A resumed run still reads every event's last days: it asks so often at least.
SURELY_ASKED = 80
PATIENCE_SECONDS = 60
READS = "raw_clevertap"
Tables = dict[str, list[str]]


def raw(headwater: Headwater, schema: str = READS) -> Tables:
    """Every raw row without book-keeping; a slice read twice counts once."""
    names = [
        str(name)
        for (name,) in headwater.query(
            sql.SQL(
                "select table_name from information_schema.tables where table_schema = {}"
            ).format(sql.Literal(schema))
        )
    ]
    return {
        name: [
            str(row)
            for (row,) in headwater.query(
                sql.SQL(
                    "select {} (to_jsonb(each) - 'read_at' - array(select column_name::text"
                    " from information_schema.columns where column_name like '\\_sdc\\_%'))::text"
                    " from {} each order by 1"
                ).format(
                    sql.SQL("distinct" if name.endswith("_reads") else ""),
                    sql.Identifier(schema, name),
                )
            )
        ]
        for name in names
    }


def assert_the_ledger_agrees(headwater: Headwater) -> None:
    """Events per name and day, in the mart."""
    assert {
        (row["event_name"], row["event_date"]): int(row["events"])
        for row in headwater.ledger("clevertap_events")
    } == {
        (str(name), str(day)): count
        for name, day, count in headwater.query(
            "select event_name, event_date, count(*) from marts.fct_events group by 1, 2"
        )
    }


def forget_everything(headwater: Headwater) -> None:
    """Empty the warehouse, and Meltano's state with it."""
    headwater.execute("drop schema if exists raw_clevertap, staging, intermediate, marts cascade")
    headwater.succeed("state", "clear", "--force", "sandbox:tap-clevertap-to-target-redshift")


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
    """

    headwater: Headwater
    api: SimulatedClevertap
    folder: Path

    @property
    def output(self) -> str:
        """What the last killed run printed."""
        return (self.folder / "killed.log").read_text()

    def kill(self, victim: str, request: int) -> int:
        """Run the command, kill the victim after the API's nth request; the run's exit code."""
        self.api.reset_stats()
        self.api.fault("latency", seconds=0.05, times=0)
        run = self._start()
        try:
            wait_until(lambda: self._requests() >= request, run)
            if run.poll() is not None:
                return run.returncode
            started = self._processes(run)
            self._strike(victim, run)
            self.api.clear_faults()
            code = run.wait(PATIENCE_SECONDS)
        finally:
            self.api.clear_faults()
            run.kill()
            run.wait()
        _, orphans = psutil.wait_procs(started, timeout=10)
        assert not orphans, "processes of a killed run live on"
        return code

    def _start(self) -> subprocess.Popen[bytes]:
        headwater = self.headwater
        meltano = [*headwater.command, *COMMAND, "--force"]
        with (self.folder / "killed.log").open("wb") as log:
            return subprocess.Popen(  # noqa: S603 (our own command)
                meltano,
                cwd=headwater.root,
                env={**os.environ, **headwater.environment},
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C goes to the run alone
            )

    def _requests(self) -> int:
        return self.api.stats()["requests"].get("events", 0)

    def _processes(self, run: subprocess.Popen[bytes]) -> list[psutil.Process]:
        return psutil.Process(run.pid).children(recursive=True)

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
                " where application_name = 'target-redshift'"
            )
        )

    def _kill_plugin(self, name: str, run: subprocess.Popen[bytes]) -> bool:
        for process in self._processes(run):
            if any(Path(word).name == name for word in process.cmdline()):
                process.kill()
                return True
        return False


@pytest.fixture(scope="module")
def killer(headwater: Headwater, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killer]:
    settings = {
        # Days before the world's first would only cost time.
        "TAP_CLEVERTAP_START_DATE": min(
            row["event_date"] for row in headwater.ledger("clevertap_events")
        ),
        "TARGET_REDSHIFT_BATCH_SIZE_ROWS": "200",  # many commits, many moments to be cut off
    }
    headwater.environment.update(settings)
    port = int(headwater.environment["SANDBOX_CLEVERTAP_PORT"])
    home = Path(headwater.environment["SANDBOX_HOME"])
    yield Killer(
        headwater, SimulatedClevertap(home / "world", port), tmp_path_factory.mktemp("kills")
    )
    for name in settings:
        del headwater.environment[name]


@pytest.fixture(scope="module")
def undisturbed(headwater: Headwater, killer: Killer) -> Tables:
    """Raw tables of a run that nobody disturbed, in a schema and with a state of their own."""
    done = killer.headwater.meltano(
        *LOAD, "--state-id-suffix", "undisturbed",
        TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA="raw_undisturbed",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-6000:]
    return raw(headwater, "raw_undisturbed")


def test_kill_after_kill_costs_nothing(killer: Killer, undisturbed: Tables) -> None:
    chance = Random(20261031)  # noqa: S311 (a test's moments)
    moments = {
        "target-redshift": LATE,
        "warehouse": range(10, SURELY_ASKED),
        "meltano": range(10, SURELY_ASKED),
    }
    for victim, moment in moments.items():
        code = killer.kill(victim, chance.choice(moment))
        assert code == (-signal.SIGKILL if victim == "meltano" else 1), killer.output
        # Meltano 4.4 shows its own stack where a loader vanishes.
        assert victim == "target-redshift" or "Traceback" not in killer.output, killer.output
    killer.headwater.succeed("invoke", "sandbox", "start")  # Meltano would refuse for 5 minutes
    killer.headwater.succeed(*COMMAND)
    assert raw(killer.headwater) == undisturbed
    assert_the_ledger_agrees(killer.headwater)


@pytest.mark.long
def test_a_killed_meltano_is_named_and_force_goes_on(killer: Killer, undisturbed: Tables) -> None:
    assert killer.kill("meltano", SURELY_ASKED) == -signal.SIGKILL
    refused = killer.headwater.meltano(*LOAD)
    assert refused.returncode == 1
    assert "is already running" in refused.stdout
    assert "--force" in refused.stdout
    killer.headwater.succeed(*LOAD, "--force")
    assert raw(killer.headwater) == undisturbed


@pytest.mark.long
@pytest.mark.parametrize("seed", range(8))
def test_random_kills_cost_nothing(killer: Killer, undisturbed: Tables, seed: int) -> None:
    chance = Random(seed)  # noqa: S311 (a test's moments)
    forget_everything(killer.headwater)
    for _ in range(chance.randint(1, 3)):
        victim = chance.choice([*VICTIMS, "ctrl-c"])
        code = killer.kill(victim, chance.randrange(1, 400))
        assert code != 0 or raw(killer.headwater) == undisturbed, killer.output
    killer.headwater.succeed(*COMMAND, "--force")
    assert raw(killer.headwater) == undisturbed
    assert_the_ledger_agrees(killer.headwater)
