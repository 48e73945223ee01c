"""What may happen to the database while rows come in: it stops, hangs, fills up, waits."""

from __future__ import annotations

import logging
import os
import resource
import shutil
import signal
import subprocess
import threading
import time
from contextlib import contextmanager
from random import Random
from string import ascii_lowercase
from typing import TYPE_CHECKING, Any

import psutil
import psycopg
import pytest
from target_command import (
    IS_WAITING_FOR_A_LOCK,
    Command,
    errors,
    run,
    send_until_broken,
    wait_for,
)
from target_running import Warehouse, record, schema, state

from target_redshift.errors import LoadError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from target_running import Message

    from postgres_local import PostgresServer

# What only Postgres does in this way, or says in these words.
ENGINES = ("postgres",)
USERS = schema("users", {"id": {"type": "integer"}, "name": {"type": "string"}}, ["id"])
MEGABYTE = 1 << 20


def user(number: int) -> dict[str, Any]:
    return record("users", {"id": number, "name": f"{number}"})


def users_with_states(first: int, last: int) -> list[Message]:
    return [m for n in range(first, last) for m in (user(n), state({"at": n}))]


class TestAServerThatGoesAway:
    def test_it_is_stopped(
        self, own_server: PostgresServer, own_warehouse: Warehouse, tmp_path: Path
    ) -> None:
        command = Command(own_warehouse, tmp_path, batch_size_rows=100)
        messages = [USERS, *users_with_states(0, 5000)]
        sender = threading.Thread(target=send_until_broken, args=(command, messages))
        sender.start()
        wait_for(own_warehouse, "select to_regclass('raw.users') is not null")
        wait_for(own_warehouse, "select count(*) > 200 from raw.users")
        own_server.stop()
        sender.join()
        code, states, log = command.end()
        assert code == 1
        [error] = errors(log)
        assert "The connection to the database was lost" in error
        assert "run again once it is back" in error
        own_server.start()
        last = states[-1]["at"]
        committed = own_warehouse.values("select max(id) from raw.users")[0]
        assert last <= committed < 4999, "a state is never ahead of its rows"
        own_warehouse.load(state(states[-1]), USERS, *users_with_states(last + 1, 5000))
        assert own_warehouse.values("select count(*) from raw.users") == [5000]

    def test_it_is_gone_before_the_run(
        self, own_server: PostgresServer, own_warehouse: Warehouse, tmp_path: Path
    ) -> None:
        own_server.stop()
        try:
            code, states, log = run(own_warehouse, tmp_path, USERS, user(1), state({}))
        finally:
            own_server.start()
        assert (code, states) == (1, [])
        [error] = errors(log)
        assert "Cannot connect to the database" in error

    def test_it_hangs_and_the_run_is_ended(self, own_warehouse: Warehouse, tmp_path: Path) -> None:
        """As if its machine were gone: no answer, not even to a request to cancel."""
        command = Command(own_warehouse, tmp_path, batch_size_rows=3)
        command.send(USERS, user(1), state({"at": 1}))
        wait_for(own_warehouse, "select to_regclass('raw.users') is not null")
        wait_for(own_warehouse, "select count(*) = 1 from raw.users")
        [pid] = own_warehouse.values(
            "select pid from pg_stat_activity where application_name = 'target-redshift'"
        )
        backend = psutil.Process(pid)
        backend.suspend()
        try:
            command.send(user(2), user(3), user(4), state({"at": 4}))
            time.sleep(0.5)
            started = time.monotonic()
            command.process.terminate()
            code, states, _ = command.end(timeout=15)
            assert time.monotonic() - started < 10
        finally:
            backend.resume()
        assert (code, states) == (128 + signal.SIGTERM, [{"at": 1}])
        wait_for(
            own_warehouse,
            "select not exists (select from pg_stat_activity"
            " where application_name = 'target-redshift')",
        )
        assert own_warehouse.values("select id from raw.users") == [1]


def letters(number: int) -> str:
    """A kilobyte that does not compress."""
    return "".join(Random(number).choices(ascii_lowercase, k=1000))  # noqa: S311 (test data)


class TestAFullDisk:
    """A file that cannot grow ends the run with a sentence; with room again nothing is missing."""

    RECORDS = 22_000
    BATCH = 3000

    def messages(self, first: int = 0) -> list[Message]:
        return [
            message
            for number in range(first, self.RECORDS)
            for message in (
                record("users", {"id": number, "name": letters(number % 100)}),
                *([state({"at": number})] if number % 500 == 0 else []),
            )
        ]

    def load_until_full(self, warehouse: Warehouse, folder: Path, told: str) -> dict[str, int]:
        """Load in a process of its own; the last state that came out.

        Nobody else may connect then: a connection wants to write as well.
        """
        command = Command(warehouse, folder, batch_size_rows=self.BATCH)
        send_until_broken(command, [USERS, *self.messages()], pause=0)
        code, states, log = command.end()
        assert code == 1
        [error] = errors(log)
        assert 'stream "users"' in error
        assert "could not extend file" in error
        assert told in error
        assert "What was committed stays" in error
        last: dict[str, int] = states[-1]
        return last

    def load_the_rest(self, warehouse: Warehouse, last: dict[str, int]) -> None:
        """Load what comes after a state, once there is room."""
        rows, newest = warehouse.query("select count(*), max(id) from raw.users")[0]
        assert rows == newest + 1
        assert last["at"] <= newest < self.RECORDS - 1
        messages = [state(last), USERS, *self.messages(last["at"] + 1)]
        warehouse.load(*messages, batch_size_rows=self.BATCH)
        assert warehouse.query("select count(*), max(id) from raw.users") == [
            (self.RECORDS, self.RECORDS - 1)
        ]

    def test_no_space_is_left(self, own_server: PostgresServer, tmp_path: Path) -> None:
        """A real file system that is full; as root where one may be mounted."""
        disk = own_server.data_dir.parent / "disk"
        with mounted(disk) as grow:
            folder = disk / "tablespace"
            folder.mkdir()
            owner = own_server.data_dir.stat()
            os.chown(folder, owner.st_uid, owner.st_gid)
            on_server = Warehouse.on(own_server, "postgres")
            on_server.query(f"create tablespace small location '{folder}'")
            on_server.query("create database on_small_disk tablespace small")
            try:
                warehouse = Warehouse.on(own_server, "on_small_disk")
                last = self.load_until_full(warehouse, tmp_path, "No space left on device")
                assert grow()
                self.load_the_rest(warehouse, last)
            finally:
                own_server.drop_database("on_small_disk")
                on_server.query("drop tablespace small")

    def test_a_file_may_not_grow(
        self, own_server: PostgresServer, own_warehouse: Warehouse, tmp_path: Path
    ) -> None:
        """The same by a limit of the system, which Postgres takes for a full disk."""
        own_server.stop()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20 * MEGABYTE, hard))
        try:
            own_server.start()
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        last = self.load_until_full(own_warehouse, tmp_path, "File too large")
        own_server.stop()
        own_server.start()
        self.load_the_rest(own_warehouse, last)


@contextmanager
def mounted(disk: Path) -> Iterator[Callable[[], bool]]:
    """A file system of 24 MB, and what makes it larger."""

    def mount(*options: str) -> bool:
        command = ["mount", *options, "tmpfs", str(disk)]
        return not subprocess.run(command, check=False, capture_output=True).returncode  # noqa: S603

    disk.mkdir()
    if shutil.which("mount") is None or not mount("-t", "tmpfs", "-o", "size=24m"):
        pytest.skip("no file system can be mounted here: that takes root")
    try:
        yield lambda: mount("-o", "remount,size=300m")
    finally:
        subprocess.run(["umount", str(disk)], check=True)  # noqa: S603, S607


BOTH_WAIT = (
    "select count(*) = 2 from pg_stat_activity"
    " where application_name = 'target-redshift' and wait_event_type = 'Lock'"
)


class TestLocks:
    def test_who_waits_says_so(
        self,
        warehouse: Warehouse,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr("target_redshift.writer._TELL_SECONDS", 0.2)
        warehouse.load(USERS, user(1))
        with psycopg.connect(warehouse.url) as other, caplog.at_level(logging.INFO):
            other.execute("lock table raw.users")
            loading = threading.Thread(target=warehouse.load, args=(USERS, user(2), state({})))
            loading.start()
            wait_for(warehouse, IS_WAITING_FOR_A_LOCK)
            time.sleep(1.5)
            assert "Waiting for the warehouse" in caplog.text
        loading.join()
        assert warehouse.values("select id from raw.users order by id") == [1, 2]

    @pytest.mark.parametrize("isolation", ["repeatable read", "serializable"])
    def test_two_loaders_whatever_the_isolation_that_a_role_is_given(
        self, warehouse: Warehouse, tmp_path: Path, isolation: str
    ) -> None:
        """Who waited has to see the rows that the other one committed meanwhile."""
        warehouse.load(USERS, *(user(n) for n in range(5)))
        database = warehouse.config["database"]
        warehouse.query(
            f"alter database {database} set default_transaction_isolation to '{isolation}'"
        )
        with psycopg.connect(warehouse.url) as other:
            other.execute("lock table raw.users")
            commands = []
            for name in "ab":
                folder = tmp_path / name
                folder.mkdir()
                commands.append(Command(warehouse, folder))
                commands[-1].send(USERS, *(user(n) for n in range(10)), state({}))
            wait_for(warehouse, BOTH_WAIT)
        for command in commands:
            code, _, log = command.end()
            assert code == 0, log
        assert warehouse.values("select id from raw.users order by id") == list(range(10))


@pytest.mark.parametrize("setting", ["statement_timeout", "lock_timeout"])
def test_a_limit_that_the_database_sets_is_one_sentence(warehouse: Warehouse, setting: str) -> None:
    warehouse.load(USERS, user(1))
    warehouse.query(f"alter database {warehouse.config['database']} set {setting} to '300ms'")
    with psycopg.connect(warehouse.url) as other:
        other.execute("lock table raw.users")
        with pytest.raises(LoadError, match=r'refused stream "users".*timeout') as raised:
            warehouse.load(USERS, user(2))
    assert "\n" not in str(raised.value)
    assert warehouse.values("select id from raw.users") == [1]


def test_a_silent_database_is_asked_whether_it_is_there(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing else would tell that its machine is gone while the loader only waits."""
    given: list[dict[str, str]] = []
    connect = psycopg.connect

    def remember(**options: Any) -> psycopg.Connection:  # noqa: ANN401 - psycopg's own
        connection: psycopg.Connection = connect(**options)
        given.append(connection.info.get_parameters())
        return connection

    monkeypatch.setattr("target_redshift.postgres.psycopg.connect", remember)
    warehouse.load(USERS)
    [parameters] = given
    assert int(parameters["keepalives_idle"]) <= 60
    assert int(parameters["keepalives_interval"]) * int(parameters["keepalives_count"]) <= 60
