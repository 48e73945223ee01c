"""Redshift's commit: done again when it may be, and never twice."""

from __future__ import annotations

import signal
import threading
import time
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from redshift_connector.cursor import Cursor
from redshift_connector.error import ProgrammingError
from redshift_faults import Break, Proxy
from target_command import Command
from target_running import record, schema, state

from target_redshift import redshift_session
from target_redshift.errors import WarehouseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from target_running import RedshiftWarehouse, Warehouse

ID = {"type": "integer"}
TEXT = {"type": ["string", "null"]}
USERS = schema("users", {"id": ID, "name": TEXT}, ["id"])
LINES = schema("lines", {"name": TEXT})
STATE = {"bookmarks": {"users": {"at": 9}}}
MESSAGES = [
    USERS,
    LINES,
    record("users", {"id": 1, "name": "a"}),
    record("users", {"id": 1, "name": "b"}),
    record("lines", {"name": "a"}),
    state(STATE),
]
CONFLICT = {
    "S": "ERROR",
    "C": "XX000",
    "M": "1023",
    "D": "Serializable isolation violation on table - 1256109, transactions forming the cycle are:"
    " 15749004, 15748971 (pid:8238)",
}


@pytest.fixture(autouse=True)
def _no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redshift_session, "_FIRST_PAUSE_SECONDS", 0.01)


@pytest.fixture
def proxy(redshift_warehouse: Warehouse) -> Iterator[Proxy]:
    proxy = Proxy(redshift_warehouse.config["port"])
    yield proxy
    proxy.close()


def rows_of_users(warehouse: Warehouse) -> list[Any]:
    return [tuple(row) for row in warehouse.query("select id, name from raw.users order by id")]


def rows(warehouse: Warehouse) -> tuple[list[Any], list[Any]]:
    return rows_of_users(warehouse), warehouse.values("select name from raw.lines")


def digests(warehouse: Warehouse) -> list[Any]:
    return warehouse.values("select stream from raw._sdc_bookmarks order by stream")


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize(
    "word", [b"begin\0", b"copy ", b"delete from", b"keep_commit", b"commit\0"]
)
def test_a_connection_that_breaks(
    redshift_warehouse: Warehouse, proxy: Proxy, word: bytes, *, answered: bool
) -> None:
    if word == b"keep_commit":
        word = b"(commits)"
    proxy.breaks.append(Break(word, answered))
    states = redshift_warehouse.load(*MESSAGES, port=proxy.port)
    assert proxy.broken == 1
    assert states == [STATE]
    assert rows(redshift_warehouse) == ([(1, "b")], ["a"])
    assert digests(redshift_warehouse) == ["(commits)", "users"]


def test_a_connection_that_breaks_each_time(redshift_warehouse: Warehouse, proxy: Proxy) -> None:
    proxy.breaks.append(Break(b"copy ", answered=False, count=99))
    with pytest.raises(WarehouseError, match=r"tried 7 times.*Its files stay in s3://"):
        redshift_warehouse.load(*MESSAGES, port=proxy.port)
    assert rows(redshift_warehouse) == ([], [])
    assert redshift_warehouse.load(*MESSAGES) == [STATE]
    assert rows(redshift_warehouse) == ([(1, "b")], ["a"])


def raise_first(
    monkeypatch: pytest.MonkeyPatch, word: str, error: dict[str, str], times: int
) -> list[str]:
    """Let Redshift answer with an error to the first statements that hold a word."""
    hits: list[str] = []
    execute = Cursor.execute

    def failing(self: Cursor, operation: str, args: object = None) -> Cursor:
        if word in operation and len(hits) < times:
            hits.append(operation)
            raise ProgrammingError(error)
        return execute(self, operation, args)

    monkeypatch.setattr(Cursor, "execute", failing)
    return hits


@pytest.mark.parametrize("word", ["copy ", "insert into", "commit"])
def test_a_serialization_conflict(
    redshift_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    hits = raise_first(monkeypatch, word, CONFLICT, times=3)
    assert redshift_warehouse.load(*MESSAGES) == [STATE]
    assert len(hits) == 3
    assert rows(redshift_warehouse) == ([(1, "b")], ["a"])


@pytest.mark.parametrize(
    "detail",
    [
        "S3ServiceException:Please reduce your request rate.,Status 503,Error SlowDown,Rid A",
        "S3ServiceException:The provided token has expired.,Status 400,Error ExpiredToken,Rid B",
        "S3ServiceException:We encountered an internal error.,Status 500,Error InternalError",
    ],
)
def test_copy_is_told_to_slow_down(
    redshift_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch, detail: str
) -> None:
    error = {"S": "ERROR", "C": "XX000", "M": "S3 Query Exception (Fetch)", "D": detail}
    hits = raise_first(monkeypatch, "copy ", error, times=2)
    assert redshift_warehouse.load(*MESSAGES) == [STATE]
    assert len(hits) == 2
    assert rows(redshift_warehouse) == ([(1, "b")], ["a"])


def test_an_error_that_stays(
    redshift_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = {"S": "ERROR", "C": "42501", "M": "permission denied for relation users"}
    hits = raise_first(monkeypatch, "delete from", error, times=9)
    with pytest.raises(WarehouseError, match=r"refused the commit .*permission denied"):
        redshift_warehouse.load(*MESSAGES)
    assert len(hits) == 1
    assert rows(redshift_warehouse) == ([], [])


def test_two_at_once(redshift_warehouse: Warehouse) -> None:
    """Each row comes from one of them, none is lost and none is there twice."""
    redshift_warehouse.load(USERS, LINES)
    errors: list[BaseException] = []

    def load(name: str) -> None:
        messages = [USERS, LINES]
        for number in range(60):
            messages += [record("users", {"id": number, "name": name})]
            messages += [record("lines", {"name": f"{name} {number}"})]
        try:
            redshift_warehouse.load(*messages, batch_size_rows=20)
        except BaseException as error:  # noqa: BLE001 - raised again below
            errors.append(error)

    threads = [threading.Thread(target=load, args=(name,)) for name in ("a", "b")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert redshift_warehouse.values("select id from raw.users order by id") == list(range(60))
    lines = redshift_warehouse.values("select name from raw.lines")
    assert sorted(lines) == sorted(f"{name} {number}" for name in "ab" for number in range(60))


def test_a_rival_that_takes_no_lock(
    redshift_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody else's change of the same rows comes between: a true conflict."""
    redshift_warehouse.load(*MESSAGES)
    execute = Cursor.execute
    rivals: list[int] = []

    def meddling(self: Cursor, operation: str, args: object = None) -> Cursor:
        if operation.startswith("delete from") and "users" in operation and not rivals:
            rivals.append(1)
            redshift_warehouse.query("update raw.users set name = 'rival'")
        return execute(self, operation, args)

    monkeypatch.setattr(Cursor, "execute", meddling)
    later = {"bookmarks": {"users": {"at": 10}}}
    rest = [USERS, record("users", {"id": 1, "name": "c"}), state(later)]
    assert redshift_warehouse.load(state(STATE), *rest) == [STATE, later]
    assert rivals == [1]
    assert rows(redshift_warehouse) == ([(1, "c")], ["a"])


def test_a_table_that_is_no_longer_empty(
    redshift_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that were to go straight into it take the place of a rival's."""
    redshift_warehouse.load(USERS, LINES)
    execute = Cursor.execute

    def meddling(self: Cursor, operation: str, args: object = None) -> Cursor:
        if operation == "begin" and not redshift_warehouse.values("select id from raw.users"):
            redshift_warehouse.query("insert into raw.users (id, name) values (1, 'x'), (3, 'y')")
        return execute(self, operation, args)

    monkeypatch.setattr(Cursor, "execute", meddling)
    redshift_warehouse.load(USERS, *(record("users", {"id": i, "name": "a"}) for i in (1, 2)))
    assert rows(redshift_warehouse)[0] == [(1, "a"), (2, "a"), (3, "y")]


def test_a_key_that_comes_again_in_another_block(
    redshift_warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    execute = Cursor.execute

    def noting(self: Cursor, operation: str, args: object = None) -> Cursor:
        statements.append(operation)
        return execute(self, operation, args)

    monkeypatch.setattr(Cursor, "execute", noting)
    first = [record("users", {"id": id_, "name": "a"}) for id_ in range(3)]
    # A new property ends a block.
    more = schema("users", {"id": ID, "name": TEXT, "more": TEXT}, ["id"])
    second = [record("users", {"id": id_, "name": "b"}) for id_ in (2, 3, 2)]
    redshift_warehouse.load(USERS, *first, more, *second)
    assert rows_of_users(redshift_warehouse) == [(0, "a"), (1, "a"), (2, "b"), (3, "b")]
    copies = [each.split(" (")[0] for each in statements if each.startswith("copy")]
    assert copies == ['copy "raw"."users"', 'copy "stage$1_0"']


@pytest.mark.parametrize("texts", [("a", "a "), ("a ", "a"), (" ", "")])
def test_keys_that_differ_in_blanks(redshift_warehouse: Warehouse, texts: tuple[str, str]) -> None:
    keyed = schema("users", {"name": {"type": "string"}}, ["name"])
    for text in texts:
        redshift_warehouse.load(
            keyed, record("users", {"name": text}), record("users", {"name": text})
        )
    assert sorted(redshift_warehouse.values("select name from raw.users")) == sorted(texts)


def test_a_signal_ends_a_commit_that_hangs(
    redshift_warehouse: RedshiftWarehouse, tmp_path: Path
) -> None:
    """It waits for a lock that somebody holds: the loader leaves, and nothing is loaded."""
    redshift_warehouse.load(USERS, LINES)
    with psycopg.connect(redshift_warehouse.behind()) as other:
        other.execute('lock table "raw"._sdc_lock')
        command = Command(redshift_warehouse, tmp_path, batch_size_rows=5)
        command.send(*MESSAGES)
        deadline = time.monotonic() + 30
        waiting = "select count(*) from pg_locks where not granted"
        while other.execute(waiting).fetchone() != (1,):
            assert time.monotonic() < deadline
            time.sleep(0.1)
        command.process.terminate()
        code, states, log = command.end(10)
    assert (code, states) == (128 + signal.SIGTERM, [])
    assert "Ended by SIGTERM" in log
    assert "Traceback" not in log
    assert rows(redshift_warehouse) == ([], [])
