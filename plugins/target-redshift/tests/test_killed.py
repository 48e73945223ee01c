"""Whatever is killed, whenever: runs that go on from the last state leave what one run leaves."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from target_command import IS_WAITING_FOR_A_LOCK, Command, send_until_broken, wait_for
from target_running import record, schema, state

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Message, Warehouse

# What only Postgres does in this way, or says in these words.
ENGINES = ("postgres",)
RECORDS = 5000
IDS = 800
FEW_SEEDS = range(4)
ALL_SEEDS = range(4, 50)
PATIENCE_SECONDS = 10
TEXT = {"type": ["string", "null"]}
INTEGER = {"type": ["integer", "null"]}
NUMBER = {"type": ["number", "null"]}
INSTANT = {"type": "string", "format": "date-time"}
USERS = schema("users", {"id": INTEGER, "name": TEXT, "score": INTEGER}, ["id"])
# A key that widens, a column that does, and a new one, in the middle of the stream.
LATER_USERS = schema(
    "users", {"id": NUMBER, "name": TEXT, "score": NUMBER, "newName": TEXT}, ["id"]
)
ORDERS = schema("orders", {"shop": TEXT, "at": INSTANT, "amount": NUMBER}, ["shop", "at"])


def order(number: int) -> dict[str, Any]:
    at = f"2026-11-22T06:{number // 2 % 60:02d}:{number % 60:02d}+05:30"
    return {"shop": f"shop {number % 7}", "at": at, "amount": number}


def script(folder: Path) -> list[Message]:
    """What a tap sends: streams in turns, keys that repeat, schemas that change, a file."""
    chance = Random(7)  # noqa: S311 (the same input for all seeds)
    batch = folder / "orders.jsonl"
    batch.write_text("".join(json.dumps(order(number)) + "\n" for number in range(600)))
    messages: list[Message] = [USERS, ORDERS]
    for number in range(RECORDS):
        user = {"id": chance.randrange(IDS), "name": f"{number}".ljust(300), "score": number}
        if number >= RECORDS // 3:
            user |= {"score": number + 0.5, "newName": f"{number}"}
        messages.append(record("users", user, version=2))
        if number % 3 == 0:
            messages.append(record("orders", order(chance.randrange(4000))))
        if number == RECORDS // 3 - 1:
            messages.append(LATER_USERS)
        if number == RECORDS // 2:
            encoding = {"format": "jsonl", "compression": None}
            manifest = [batch.as_uri()]
            messages.append(
                {"type": "BATCH", "stream": "orders", "encoding": encoding, "manifest": manifest}
            )
        if number % 40 == 0:
            messages.append(state({"position": len(messages)}))
    activate = {"type": "ACTIVATE_VERSION", "stream": "users", "version": 2}
    return [*messages, activate, state({"position": len(messages) + 1})]


def rest(messages: list[Message], last: dict[str, int] | None) -> list[Message]:
    """What a tap sends that starts from a state: it, the schemas as they are now, what is new."""
    if last is None:
        return messages
    position = last["position"]
    schemas = [LATER_USERS if LATER_USERS in messages[:position] else USERS, ORDERS]
    return [state(last), *schemas, *messages[position + 1 :]]


def load_older_version(warehouse: Warehouse, **config: object) -> None:
    """Rows of an earlier run, of which some never come again."""
    records = [record("users", {"id": id_, "score": 0}, version=1) for id_ in range(0, 2 * IDS, 7)]
    warehouse.load(USERS, *records, **config)


def tables(warehouse: Warehouse, of: str) -> dict[str, list[Any]]:
    """Columns and rows, without what tells when a row was loaded."""
    passing = "array['_sdc_received_at', '_sdc_batched_at', '_sdc_sequence', '_sdc_deleted_at',"
    passing += "'_sdc_sync_started_at']"
    return {
        table: warehouse.query(
            f"select (to_jsonb(t) - {passing})::text, _sdc_deleted_at is null"  # noqa: S608
            f" from {of}.{table} t order by 1"
        )
        for table in ("users", "orders")
    }


@dataclass
class Run:
    """A loader that is disturbed while it reads."""

    command: Command
    states: list[dict[str, int]] = field(default_factory=list)

    def send(self, messages: list[Message]) -> None:
        send_until_broken(self.command, messages)
        with contextlib.suppress(BrokenPipeError):
            self.command.input.close()

    def read_states(self) -> None:
        assert self.command.process.stdout is not None
        with self.command.process.stdout as lines:
            self.states.extend(map(json.loads, lines))

    def disturb(self, warehouse: Warehouse, messages: list[Message], chance: Random) -> None:
        """Let it load for a while, and then not."""
        process = self.command.process
        threads = [
            threading.Thread(target=self.send, args=(messages,)),
            threading.Thread(target=self.read_states),
        ]
        for thread in threads:
            thread.start()
        moment = chance.randrange(25)
        while len(self.states) < moment and process.poll() is None:
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.1))
        is_over = process.poll() is not None
        expected = self.strike(warehouse, chance)
        try:
            code = process.wait(PATIENCE_SECONDS)
        finally:
            process.kill()
            for thread in threads:
                thread.join()
            log = self.command.read_log()
            process.wait()
        assert is_over or code in (0, *expected), log
        assert code != 0 or self.states[-1:] == [messages[-1]["value"]], "input was left"  # type: ignore[index,call-overload] # the last one is a STATE
        assert "Traceback" not in log, log

    def strike(self, warehouse: Warehouse, chance: Random) -> tuple[int, ...]:
        """Kill something; the exit codes that may follow."""
        how = chance.choice(["kill", "kill", "terminate", "end sessions", "crash"])
        if how == "kill":
            self.command.process.kill()
            return (-signal.SIGKILL,)
        if how == "terminate":
            self.command.process.terminate()
            return 128 + signal.SIGTERM, -signal.SIGTERM  # Python's own, while it starts
        sessions = "from pg_stat_activity where application_name = 'target-redshift'"
        if how == "end sessions":
            warehouse.query(f"select pg_terminate_backend(pid) {sessions}")
        else:
            for pid in warehouse.values(f"select pid {sessions}"):
                os.kill(pid, signal.SIGKILL)
        return (1,)


def assert_disturbed_runs_equal_one(warehouse: Warehouse, folder: Path, seed: int) -> None:
    messages = script(folder)
    chance = Random(seed)  # noqa: S311 (a test's moments)
    load_older_version(warehouse)
    last: dict[str, int] | None = None
    for _ in range(chance.randint(1, 3)):
        wait_until_up(warehouse)
        run = Run(Command(warehouse, folder, batch_size_rows=150))
        run.disturb(warehouse, rest(messages, last), chance)
        last = run.states[-1] if run.states else last
        if last == messages[-1]["value"]:  # type: ignore[index,call-overload] # a STATE
            break
    wait_until_up(warehouse)
    warehouse.load(*rest(messages, last), batch_size_rows=150)
    calm = {"default_target_schema": "calm"}
    load_older_version(warehouse, **calm)
    warehouse.load(*messages, **calm)
    assert tables(warehouse, "raw") == tables(warehouse, "calm")


def wait_until_up(warehouse: Warehouse) -> None:
    """Wait for a server that recovers from a crash."""
    deadline = time.monotonic() + 30
    while True:
        try:
            warehouse.query("select 1")
        except psycopg.OperationalError:
            assert time.monotonic() < deadline, "the server does not come back"
            time.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_random_moments(own_warehouse: Warehouse, tmp_path: Path, seed: int) -> None:
    assert_disturbed_runs_equal_one(own_warehouse, tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", ALL_SEEDS)
def test_more_random_moments(own_warehouse: Warehouse, tmp_path: Path, seed: int) -> None:
    assert_disturbed_runs_equal_one(own_warehouse, tmp_path, seed)


class TestVersions:
    """A full table of a new version, cut off before the old one was let go."""

    ACTIVATE = "ACTIVATE_VERSION"

    def messages(self, version: int, ids: range) -> list[Message]:
        return [USERS, *(record("users", {"id": id_}, version=version) for id_ in ids)]

    def activate(self, version: int) -> Message:
        return {"type": "ACTIVATE_VERSION", "stream": "users", "version": version}

    def live(self, warehouse: Warehouse) -> list[Any]:
        return warehouse.values(
            "select id from raw.users where _sdc_deleted_at is null order by id"
        )

    @pytest.mark.parametrize("hard", [False, True])
    def test_killed_before_it_is_activated(
        self, warehouse: Warehouse, tmp_path: Path, *, hard: bool
    ) -> None:
        warehouse.load(*self.messages(1, range(6)), self.activate(1), hard_delete=hard)
        command = Command(warehouse, tmp_path, batch_size_rows=2, hard_delete=hard)
        command.send(*self.messages(2, range(3, 8)))
        wait_for(warehouse, "select count(*) = 8 from raw.users")
        command.process.kill()
        command.end()
        assert self.live(warehouse) == list(range(8)), "nothing is deleted by half a table"
        warehouse.load(*self.messages(3, range(4, 9)), self.activate(3), hard_delete=hard)
        assert self.live(warehouse) == list(range(4, 9))
        assert warehouse.values("select count(*) from raw.users") == [5 if hard else 9]

    @pytest.mark.parametrize("hard", [False, True])
    def test_killed_while_it_is_activated(
        self, warehouse: Warehouse, tmp_path: Path, *, hard: bool
    ) -> None:
        warehouse.load(*self.messages(1, range(6)), self.activate(1), hard_delete=hard)
        messages = [*self.messages(2, range(3, 8)), self.activate(2), state({"done": 2})]
        command = Command(warehouse, tmp_path, hard_delete=hard)
        with psycopg.connect(warehouse.url) as other:
            other.execute("select from raw.users where id = 0 for update")
            command.send(*messages)
            wait_for(warehouse, IS_WAITING_FOR_A_LOCK)
            command.process.kill()
            _, states, _ = command.end()
        assert states == []
        assert self.live(warehouse) == list(range(6))
        warehouse.load(*messages, hard_delete=hard)
        assert self.live(warehouse) == list(range(3, 8))
