import csv
import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from click.testing import CliRunner, Result

from postgres_local import PostgresServer, free_port
from sandbox import company
from sandbox.cli import main

SMALL = ("--users", "200", "--days", "10")


class Command:
    """The command, in this process or, as Meltano runs it, in one of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {
            "SANDBOX_HOME": str(home),
            "SANDBOX_POSTGRES_PORT": str(free_port()),
            "SANDBOX_CLEVERTAP_PORT": str(free_port()),
            "SANDBOX_FACEBOOK_PORT": str(free_port()),
            "SANDBOX_GOOGLEADS_PORT": str(free_port()),
            "SANDBOX_PROXY_PORT": str(free_port()),
            "SANDBOX_REDSHIFT_HOME": str(home.with_name("redshift")),
        }

    def launch(self, *words: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(  # noqa: S603 - our own program and arguments
            [sys.executable, "-c", "from sandbox.cli import main; main()", *words],
            env={**os.environ, **self.environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, expect: int = 0) -> Result:
        result = CliRunner(env=self.environment).invoke(main, words)
        assert result.exit_code == expect, result.output
        assert result.exception is None or isinstance(result.exception, SystemExit)
        return result

    def status(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run("status", "--json").stdout)
        return found

    def ledger(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(self.run("ledger", name).stdout.splitlines()))


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    for name in ("SANDBOX_USERS", "SANDBOX_DAYS", "SANDBOX_SEED"):
        monkeypatch.delenv(name, raising=False)
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        Path(folder).chmod(0o755)
        command = Command(Path(folder) / "home")
        yield command
        command.run("stop")
        PostgresServer(command.home / "postgres", 1).remove()


def orders_in_shop(command: Command) -> int:
    with psycopg.connect(command.status()["shop_url"]) as connection:
        row = connection.execute("SELECT count(*) FROM orders").fetchone()
    assert row
    return int(row[0])


def orders_in_ledger(command: Command) -> int:
    return sum(int(row["orders"]) for row in command.ledger("orders"))


def test_a_life(command: Command) -> None:
    assert command.status()["state"] == "stopped"
    assert command.status()["clock"] is None
    with command.launch("start", *SMALL) as process:
        # A background process that held our pipes would keep this from ending.
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "200 users and 10 days" in errors
    status = command.status()
    assert set(status) == {
        "state", "clock", "warehouse_url", "shop_url", "apis", "proxy", "certificate"
    }  # fmt: skip
    assert (status["state"], status["clock"]) == ("running", "2026-08-12")
    api_pid = (command.home / "api.pid").read_text()
    assert set(status["apis"]) == {"clevertap", "facebook", "googleads"}
    for name, url in status["apis"].items():
        port = urlsplit(url).port
        assert str(port) == command.environment[f"SANDBOX_{name.upper()}_PORT"]
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as connection:
            connection.request("GET", "/_sandbox/health")
            health = json.loads(connection.getresponse().read())
        assert health == {
            "home": str(command.home), "pid": int(api_pid), "clock": "2026-08-12"
        }  # fmt: skip
    with psycopg.connect(status["shop_url"]) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("Asia/Kolkata",)
    with psycopg.connect(status["warehouse_url"]) as connection:
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        connection.execute("CREATE TABLE kept AS SELECT 1")
    assert orders_in_shop(command) == orders_in_ledger(command) > 0

    command.run("start")
    assert (command.home / "api.pid").read_text() == api_pid
    command.run("advance", "--days", "2")
    assert command.status()["clock"] == "2026-08-14"
    assert orders_in_shop(command) == orders_in_ledger(command)
    told = command.ledger("clevertap_events")
    assert max(row["event_date"] for row in told) == "2026-08-14"

    for _ in range(2):
        command.run("stop")
        assert command.status()["state"] == "stopped"
    assert command.ledger("clevertap_events") == told
    command.run("start")
    status = command.status()
    assert (status["state"], status["clock"]) == ("running", "2026-08-14")
    with psycopg.connect(status["warehouse_url"]) as connection:
        assert connection.execute("SELECT * FROM kept").fetchone() == (1,)


def test_a_reset_gives_what_a_fresh_start_gives(command: Command) -> None:
    command.run("start", *SMALL)
    fresh = command.ledger("clevertap_events")
    command.run("advance")
    assert command.ledger("clevertap_events") != fresh
    with psycopg.connect(command.status()["warehouse_url"]) as connection:
        connection.execute("CREATE TABLE gone AS SELECT 1")
    command.run("reset", *SMALL)
    assert command.ledger("clevertap_events") == fresh
    assert orders_in_shop(command) == orders_in_ledger(command)
    with psycopg.connect(command.status()["warehouse_url"]) as connection:
        assert connection.execute("SELECT to_regclass('gone')").fetchone() == (None,)


def test_bookmarks_go_with_the_warehouse(command: Command, tmp_path: Path) -> None:
    database = tmp_path / "meltano.db"
    with closing(sqlite3.connect(database)) as meltano, meltano:
        meltano.execute("CREATE TABLE state (state_id text)")

    def bookmarks() -> int:
        with closing(sqlite3.connect(database)) as meltano:
            return int(meltano.execute("SELECT count(*) FROM state").fetchone()[0])

    def read() -> None:
        with closing(sqlite3.connect(database)) as meltano, meltano:
            meltano.execute("INSERT INTO state VALUES ('sandbox:tap-to-target')")

    command.environment["SANDBOX_MELTANO_DATABASE"] = str(database)
    command.run("start", *SMALL)
    read()
    command.run("stop")
    command.run("start", *SMALL)
    assert bookmarks() == 1
    command.run("reset", *SMALL)
    assert bookmarks() == 0
    read()
    command.run("remove")
    assert not command.home.exists()
    command.run("start", *SMALL)
    assert bookmarks() == 0


def test_a_rehearsals_warehouse_goes_before_its_world(command: Command, tmp_path: Path) -> None:
    database = tmp_path / "meltano.db"
    with closing(sqlite3.connect(database)) as meltano, meltano:
        meltano.execute("CREATE TABLE state (state_id text)")
        meltano.execute("INSERT INTO state VALUES ('rehearsal:tap-to-target')")
    url = "postgresql://me@127.0.0.1:5439/dev"
    rehearsal = {"SANDBOX_MELTANO_DATABASE": str(database), "SANDBOX_REDSHIFT_URL": url}
    command.environment |= rehearsal
    warehouse = Path(command.environment["SANDBOX_REDSHIFT_HOME"])

    def bookmarks() -> int:
        with closing(sqlite3.connect(database)) as meltano:
            return int(meltano.execute("SELECT count(*) FROM state").fetchone()[0])

    warehouse.mkdir()
    command.run("start", *SMALL)
    assert command.status()["warehouse_url"] == url
    assert bookmarks() == 1
    for refused in ("reset", "remove"):
        assert "redshift-local remove" in command.run(refused, expect=1).output
        assert command.ledger("orders"), "the world is still there"
    warehouse.rmdir()
    command.run("start", *SMALL)
    assert bookmarks() == 0
    command.run("remove")


def test_a_run_of_meltano_that_was_killed_stands_in_nobodys_way(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "meltano.db"
    command.environment["SANDBOX_MELTANO_DATABASE"] = str(database)
    command.run("start", *SMALL)
    monkeypatch.setattr(company, "HEARTBEAT_SECONDS", 2.0)
    begin = int(time.time())
    # As Meltano keeps them; one beats, one is dead, two are over.
    runs = (
        ("alive", "RUNNING", begin),
        ("killed", "RUNNING", begin),
        ("over", "SUCCESS", begin - 99),
        ("old", "FAIL", begin - 99),
    )
    with closing(sqlite3.connect(database)) as meltano, meltano:
        meltano.execute(
            "CREATE TABLE runs (id INTEGER PRIMARY KEY, job_name text, state text,"
            " ended_at text, last_heartbeat_at text)"
        )
        meltano.executemany(
            "INSERT INTO runs (job_name, state, last_heartbeat_at) VALUES (?, ?, ?)", runs
        )
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(0.5):
            with closing(sqlite3.connect(database, timeout=30)) as meltano, meltano:
                meltano.execute(
                    "UPDATE runs SET last_heartbeat_at = ? WHERE job_name = 'alive'", [time.time()]
                )

    heart = threading.Thread(target=beat)
    heart.start()
    try:
        told = command.run("start").stderr
    finally:
        ended.set()
        heart.join()
    assert told.count("a run of Meltano was killed") == 1
    with closing(sqlite3.connect(database)) as meltano:
        states = dict(meltano.execute("SELECT job_name, state FROM runs"))
        (at,) = meltano.execute("SELECT ended_at FROM runs WHERE job_name = 'killed'").fetchone()
    assert states == {"alive": "RUNNING", "killed": "FAIL", "over": "SUCCESS", "old": "FAIL"}
    assert int(at) == begin

    # Nothing seems to run any more: nothing is waited for.
    with closing(sqlite3.connect(database)) as meltano, meltano:
        meltano.execute("UPDATE runs SET state = 'SUCCESS' WHERE job_name = 'alive'")
    start = time.monotonic()
    command.run("start")
    assert time.monotonic() - start < 2


def test_other_numbers_than_the_worlds_are_refused(command: Command) -> None:
    command.run("start", *SMALL)
    refused = command.run("start", "--users", "201", expect=1)
    assert "200 users, 10 days and seed 7; run `sandbox reset`" in refused.stderr
    # Settings are there on every call: they earn a word only.
    command.environment["SANDBOX_USERS"] = "300"
    assert "SANDBOX_USERS" in command.run("start").stderr
    assert command.status()["state"] == "running"


@pytest.mark.parametrize(
    "name",
    [
        "SANDBOX_POSTGRES_PORT",
        "SANDBOX_CLEVERTAP_PORT",
        "SANDBOX_FACEBOOK_PORT",
        "SANDBOX_GOOGLEADS_PORT",
        "SANDBOX_PROXY_PORT",
    ],
)
def test_a_taken_port_names_its_setting_at_once(command: Command, name: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(command.environment[name])))
        other.listen()
        refused = command.run("start", expect=1)
    assert f"is taken by another program: set {name}" in refused.stderr
    assert "making a world" not in refused.stderr


def test_settings_that_make_no_sense_are_named(command: Command) -> None:
    port = command.environment["SANDBOX_CLEVERTAP_PORT"]
    command.environment["SANDBOX_CLEVERTAP_PORT"] = "eighty"
    assert "SANDBOX_CLEVERTAP_PORT is 'eighty'" in command.run("start", expect=1).stderr
    command.environment["SANDBOX_CLEVERTAP_PORT"] = port


def test_without_a_world_there_is_nothing_to_tell(command: Command) -> None:
    for words in (("advance",), ("ledger", "orders")):
        assert "run `sandbox start` first" in command.run(*words, expect=1).stderr


def test_a_dead_api_server_is_noticed_and_replaced(command: Command) -> None:
    command.run("start", *SMALL)
    os.kill(int((command.home / "api.pid").read_text()), signal.SIGKILL)
    time.sleep(0.2)
    assert command.status()["state"] == "stopped"
    command.run("start")
    assert command.status()["state"] == "running"


@pytest.mark.parametrize(
    ("words", "patience"),
    [(("start", *SMALL), 0.6), (("start", *SMALL), 1.3), (("reset", *SMALL), 1.0)],
)
def test_a_killed_command_is_mended_by_running_it_again(
    command: Command, words: tuple[str, ...], patience: float
) -> None:
    if words[0] == "reset":
        command.run("start", *SMALL)
    with command.launch(*words) as process:
        time.sleep(patience)
        process.kill()
    command.run(*words)
    assert command.status()["state"] == "running"
    assert orders_in_shop(command) == orders_in_ledger(command)


@pytest.mark.parametrize("patience", [0.7, 1.1])
def test_a_killed_advance_is_finished_by_running_it_again(
    command: Command, patience: float
) -> None:
    command.run("start", *SMALL)
    with command.launch("advance", "--days", "30") as process:
        time.sleep(patience)
        process.kill()
    moved = command.status()["clock"] > "2026-08-12"
    again = command.run("advance", "--days", "30")
    if moved and "finishing" not in again.stderr:
        # It had come to its end before it was killed: this was one more.
        assert command.status()["clock"] == "2026-10-11"
    else:
        assert command.status()["clock"] == "2026-09-11"
    assert orders_in_shop(command) == orders_in_ledger(command)
