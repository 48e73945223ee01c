"""Killed between any two steps of a load to Redshift: runs that go on leave what one run leaves."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import redshift_killer
from target_running import encode, record, schema, state

if TYPE_CHECKING:
    from target_running import Message, Warehouse

RECORDS, IDS, LINES = 240, 50, 40
FEW_SEEDS, ALL_SEEDS = range(5), range(5, 30)
TEXT = {"type": ["string", "null"]}
NUMBER = {"type": ["number", "null"]}
USERS = schema("users", {"id": {"type": "integer"}, "name": TEXT}, ["id"])
LATER_USERS = schema(
    "users", {"id": {"type": "integer"}, "name": TEXT, "newName": TEXT, "score": NUMBER}, ["id"]
)
READS = schema("users_reads", {"at": {"type": "integer"}, "rows": {"type": "integer"}}, ["at"])


def script() -> list[Message]:
    """Keys that repeat, values that outgrow their column, a schema that changes, versions."""
    chance = Random(7)  # noqa: S311 - the same input for all seeds
    messages: list[Message] = [USERS, READS]
    for number in range(RECORDS):
        user: dict[str, Any] = {"id": chance.randrange(IDS), "name": f"{number} ".ljust(20)}
        if number == RECORDS // 2:
            messages.append(LATER_USERS)
        if number >= RECORDS // 2:
            user |= {"newName": "wide " * number * 5, "score": number + 0.5}
        messages.append(record("users", user, version=2))
        if number % 10 == 9:
            messages.append(record("users_reads", {"at": number, "rows": 10}))
            messages.append(state({"bookmarks": {"users": {"position": len(messages)}}}))
    activate = {"type": "ACTIVATE_VERSION", "stream": "users", "version": 2}
    return [*messages, activate, state({"bookmarks": {"users": {"position": len(messages) + 1}}})]


def rest(messages: list[Message], last: dict[str, Any] | None) -> list[Message]:
    """What a tap sends that starts from a state: it, the schemas as they are now, what is new."""
    if last is None:
        return messages
    position = last["bookmarks"]["users"]["position"]
    users = LATER_USERS if LATER_USERS in messages[:position] else USERS
    return [state(last), users, READS, *messages[position + 1 :]]


def older_version(warehouse: Warehouse) -> None:
    """Rows of an earlier run, of which some never come again."""
    old = [record("users", {"id": id_, "name": "old"}, version=1) for id_ in range(0, 2 * IDS, 7)]
    warehouse.load(USERS, READS, *old)


def tables(warehouse: Warehouse) -> dict[str, list[Any]]:
    """Rows, without what tells when they were loaded."""
    return {
        "users": warehouse.query(
            "select id, name, new_name, score, _sdc_deleted_at is null from raw.users"
            " order by id, name"
        ),
        "reads": warehouse.query("select at, rows from raw.users_reads order by at"),
    }


def run(
    warehouse: Warehouse, folder: Path, kill: str, early: str, messages: list[Message]
) -> list[Any]:
    """Load until it is killed; the states that came out."""
    config = folder / "config.json"
    config.write_text(json.dumps({**warehouse.config, "batch_size_rows": LINES}))
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, redshift_killer.__file__, "--config", str(config)],
        input=encode(messages),
        env={**os.environ, "KILL": kill, "EARLY": early, "PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        timeout=60,
        check=False,
    )
    log = done.stderr.decode()
    assert done.returncode in (0, -signal.SIGKILL), log
    states = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode != 0 or states[-1:] == [messages[-1]["value"]], log  # type: ignore[index,call-overload] # a STATE
    return states


def assert_killed_runs_equal_one(warehouse: Warehouse, folder: Path, seed: int) -> None:
    messages = script()
    chance = Random(seed)  # noqa: S311 - a test's moments
    # Only an empty table is filled early.
    early = "yes" if seed % 2 else ""
    if not early:
        older_version(warehouse)
    last: dict[str, Any] | None = None
    for _ in range(2):
        step = chance.choice(redshift_killer.STEPS)
        kill = f"{step} {chance.choice(['before', 'after'])} {chance.randint(1, 5)}"
        states = run(warehouse, folder, kill, early, rest(messages, last))
        last = states[-1] if states else last
        if last == messages[-1]["value"]:  # type: ignore[index,call-overload] # a STATE
            break
    warehouse.load(*rest(messages, last), batch_size_rows=LINES)
    found = tables(warehouse)
    warehouse.clear()
    if not early:
        older_version(warehouse)
    warehouse.load(*messages)
    assert found == tables(warehouse)


@pytest.mark.parametrize("seed", FEW_SEEDS)
def test_random_steps(redshift_warehouse: Warehouse, tmp_path: Path, seed: int) -> None:
    assert_killed_runs_equal_one(redshift_warehouse, tmp_path, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", ALL_SEEDS)
def test_more_random_steps(redshift_warehouse: Warehouse, tmp_path: Path, seed: int) -> None:
    assert_killed_runs_equal_one(redshift_warehouse, tmp_path, seed)
