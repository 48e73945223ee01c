"""The command itself, as Meltano runs it: exit codes, one sentence, signals, faults."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from typing import TYPE_CHECKING, Any

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
from target_running import record, schema, state

from target_redshift.engine import Pace
from target_redshift.errors import LoadError

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Warehouse

# What only Postgres does in this way, or says in these words.
ENGINES = ("postgres",)
USERS = schema("users", {"id": {"type": "integer"}, "name": {"type": "string"}}, ["id"])


def user(number: int, name: str = "a") -> dict[str, Any]:
    return record("users", {"id": number, "name": name})


def test_a_run_that_succeeds(warehouse: Warehouse, tmp_path: Path) -> None:
    code, states, log = run(warehouse, tmp_path, USERS, user(1), user(2), state({"at": 2}))
    assert (code, states, errors(log)) == (0, [{"at": 2}], [])
    assert "Loaded 2 rows in" in log
    assert "users 2" in log
    assert warehouse.config["password"] not in log


def test_what_was_changed_is_told(warehouse: Warehouse, tmp_path: Path) -> None:
    code, _, log = run(warehouse, tmp_path, USERS, user(1), user(2, "a\0"))
    assert code == 0
    [warning] = errors(log)
    assert "1 rows are not quite what the source sent, their _sdc_meta says why: users 1" in warning


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"engine": "redshift"}, "needs the settings s3_bucket and iam_role"),
        ({"user": "nobody"}, 'user ("nobody")'),
        ({"database": "nowhere"}, 'database "nowhere" does not exist'),
        ({"port": 1}, "port (1)"),
        ({"host": "host.invalid"}, 'host ("host.invalid")'),
    ],
)
def test_a_setting_that_is_wrong_is_named(
    warehouse: Warehouse, config: dict[str, Any], told: str
) -> None:
    with pytest.raises(LoadError) as raised:
        warehouse.load(state({}), **config)
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_wrong_password_is_never_printed(warehouse: Warehouse, tmp_path: Path) -> None:
    code, states, log = run(warehouse, tmp_path, state({}), password="wrong-and-secret")  # noqa: S106 - no password of anything
    assert (code, states) == (1, [])
    [error] = errors(log)
    assert "password authentication failed" in error
    assert "wrong-and-secret" not in log


def test_a_setting_that_cannot_be_is_named(warehouse: Warehouse, tmp_path: Path) -> None:
    code, _, log = run(warehouse, tmp_path, state({}), load_method="sideways")
    assert code == 1
    assert "'sideways' is not one of ['append-only', 'upsert', 'overwrite']" in log
    assert "Traceback" not in log


def test_too_many_rejected_records_end_a_run_that_loaded_all_else(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    """The state is given out: what was put aside is in the warehouse too."""
    bad = [record("users", {"id": f"{n}"}) for n in range(3)]
    messages = (USERS, user(1), *bad, user(2), state({"at": 5}))
    for most, expected in ((3, 0), (2, 1), (0, 1)):
        quarantine = {"on_invalid_record": "quarantine", "max_rejected": most}
        code, states, log = run(warehouse, tmp_path, *messages, **quarantine)
        assert (code, states) == (expected, [{"at": 5}])
        told = "3 invalid records were put aside into tables named <stream>__rejected, more than"
        assert (told in log) == bool(expected)
        assert "Put 3 invalid records into tables named <stream>__rejected: users 3" in log
    assert warehouse.values("select id from raw.users order by id") == [1, 2]
    assert warehouse.values("select count(*) from raw.users__rejected") == [9]


def test_a_bad_line_is_one_sentence(warehouse: Warehouse, tmp_path: Path) -> None:
    code, states, log = run(warehouse, tmp_path, USERS, user(1), state({}), "no json", user(2))
    assert (code, states) == (1, [])
    [error] = errors(log)
    assert "Line 4 of the input is no JSON" in error


def test_sigterm_rolls_back_what_is_pending(warehouse: Warehouse, tmp_path: Path) -> None:
    command = Command(warehouse, tmp_path, batch_size_rows=3)
    command.send(USERS, user(1), state({"at": 1}), user(2), state({"at": 2}))
    wait_for(warehouse, "select to_regclass('raw.users') is not null")
    wait_for(warehouse, "select count(*) = 1 from raw.users")
    started = time.monotonic()
    os.kill(command.pid, signal.SIGTERM)
    code, states, log = command.end()
    assert time.monotonic() - started < 10
    assert code == 128 + signal.SIGTERM
    assert states == [{"at": 1}]
    assert warehouse.values("select id from raw.users") == [1]
    [error] = errors(log)
    assert "Ended by SIGTERM" in error


def test_sigterm_while_a_lock_is_waited_for(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.load(USERS, user(1))
    with psycopg.connect(warehouse.url) as other:
        other.execute("lock table raw.users")
        command = Command(warehouse, tmp_path)
        command.send(USERS, user(2))
        wait_for(warehouse, IS_WAITING_FOR_A_LOCK)
        os.kill(command.pid, signal.SIGTERM)
        code, _, _ = command.end(timeout=10)
        assert code == 128 + signal.SIGTERM
    assert warehouse.values("select id from raw.users") == [1]


def test_a_lock_that_is_released_is_waited_for(warehouse: Warehouse, tmp_path: Path) -> None:
    warehouse.load(USERS, user(1))
    with psycopg.connect(warehouse.url) as other:
        other.execute("lock table raw.users")
        command = Command(warehouse, tmp_path)
        command.send(USERS, user(1, "b"), state({"at": 1}))
        wait_for(warehouse, IS_WAITING_FOR_A_LOCK)
    code, states, _ = command.end()
    assert (code, states) == (0, [{"at": 1}])
    assert warehouse.values("select name from raw.users") == ["b"]


def test_a_lost_connection_is_named_and_costs_no_rows(warehouse: Warehouse, tmp_path: Path) -> None:
    command = Command(warehouse, tmp_path, batch_size_rows=3)
    command.send(USERS, user(1), state({"at": 1}))
    wait_for(warehouse, "select to_regclass('raw.users') is not null")
    wait_for(warehouse, "select count(*) = 1 from raw.users")
    warehouse.query(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where application_name = 'target-redshift'"
    )
    command.send(user(2), state({"at": 2}))
    code, states, log = command.end()
    assert (code, states) == (1, [{"at": 1}])
    [error] = errors(log)
    assert "The connection to the database was lost" in error
    assert warehouse.values("select id from raw.users") == [1]


def test_nobody_reads_the_states(warehouse: Warehouse, tmp_path: Path) -> None:
    command = Command(warehouse, tmp_path)
    assert command.process.stdout is not None
    command.process.stdout.close()
    command.process.stdout = None
    command.send(USERS, user(1), state({}))
    _, log = command.process.communicate(timeout=30)
    assert command.process.returncode == 1
    [error] = errors(log.decode())
    assert "the reader of standard output is gone" in error
    assert warehouse.values("select id from raw.users") == [1]


def test_two_loaders_on_one_table(warehouse: Warehouse, tmp_path: Path) -> None:
    """Both write all keys in small transactions, in opposite orders; nothing is lost."""
    others = schema("others", {"id": {"type": "integer"}}, ["id"])
    numbers = list(range(200))
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
    commands = [Command(warehouse, folder, batch_size_rows=25) for folder in folders]
    for command, name, order in zip(commands, "ab", (numbers, numbers[::-1]), strict=True):
        pairs = [(user(n, name), record("others", {"id": n})) for n in order]
        both = [USERS, others] if name == "a" else [others, USERS]
        messages = [*both, *(each for pair in pairs for each in pair), state({"of": name})]
        threading.Thread(target=command.send, args=messages).start()
    for command, name in zip(commands, "ab", strict=True):
        code, states, log = command.end()
        assert code == 0, log
        assert states[-1] == {"of": name}
    for table in ("users", "others"):
        assert warehouse.values(f"select id from raw.{table} order by id") == numbers  # noqa: S608 - this test's


def test_rows_wait_no_longer_than_they_have_to(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows of a slow source are committed after a while, not only when there are many."""
    monkeypatch.setattr("target_redshift.postgres.PostgresEngine.pace", Pace(100_000, 0.0))
    states = warehouse.load(USERS, user(1), state({"at": 1}))
    assert states == [{"at": 1}]


def test_a_killed_run_and_a_plain_rerun_leave_what_one_run_leaves(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    messages = [each for n in range(3000) for each in (user(n % 1000, f"{n}"), state({"at": n}))]
    command = Command(warehouse, tmp_path, batch_size_rows=50)
    sender = threading.Thread(target=send_until_broken, args=(command, [USERS, *messages]))
    sender.start()
    wait_for(warehouse, "select to_regclass('raw.users') is not null")
    wait_for(warehouse, "select count(*) > 100 from raw.users")
    os.kill(command.pid, signal.SIGKILL)
    sender.join()
    output, _ = command.process.communicate(timeout=30)
    given = [json.loads(line)["at"] for line in output.splitlines()]
    committed = warehouse.values("select max(name::int) from raw.users")[0]
    assert given
    assert given[-1] <= committed < 2999
    warehouse.load(USERS, *messages)
    expected = [(n, f"{n + 2000}") for n in range(1000)]
    assert warehouse.query("select id, name from raw.users order by id") == expected
