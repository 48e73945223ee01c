"""Rows that are copied while more are read: none is lost or twice there, whatever comes between."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from redshift_connector.error import InterfaceError
from redshift_faults import Break, Proxy
from target_running import record, schema, state

from target_redshift import redshift_session, s3_files, streams
from target_redshift.errors import LoadError
from target_redshift.loader import Loader
from target_redshift.redshift import RedshiftEngine
from target_redshift.redshift_early import EarlyCopies
from target_redshift.redshift_work import Copier

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from redshift_connector.cursor import Cursor
    from target_running import Message, RedshiftWarehouse

    from target_redshift.redshift_work import Rows, Work
    from target_redshift.s3_files import Batch, StagedFile

ENGINES = ("redshift",)
ID = {"type": "integer"}
TEXT = {"type": ["string", "null"]}
USERS = schema("users", {"id": ID, "name": TEXT}, ["id"])
LINES = schema("lines", {"id": ID, "name": TEXT})
STATE = {"bookmarks": {"users": {"at": 9}}}
BLOCK_LINES = 10


@dataclass
class Early:
    """What was copied early, and what the commits did.

    Attributes:
        copied: Tables of COPYs in an early transaction.
        full_commits: How many commits had to do all from their start.
        before: Called before each early COPY, with its number.
    """

    copied: list[str] = field(default_factory=list)
    full_commits: int = 0
    before: Callable[[int], None] = lambda _: None


@pytest.fixture
def early(monkeypatch: pytest.MonkeyPatch) -> Early:
    """A loader that takes ten lines at a time, and has them copied before it takes the next."""
    seen = Early()
    take_block, offer, copy = Loader.take_block, EarlyCopies.offer, Copier.copy
    early_copy, commit_all = EarlyCopies._copy, RedshiftEngine._commit_all  # noqa: SLF001

    def take_few(self: Loader, block: bytes) -> None:
        lines = block.split(b"\n")
        for start in range(0, len(lines), BLOCK_LINES):
            take_block(self, b"\n".join(lines[start : start + BLOCK_LINES]))

    def offer_and_wait(self: EarlyCopies, rows: Rows, *, into_empty: bool) -> None:
        offer(self, rows, into_empty=into_empty)
        self._wait()  # so that a test is the same each time

    def copy_early(
        self: EarlyCopies, rows: Rows, files: list[StagedFile], *, must_be_empty: bool
    ) -> None:
        seen.copied.append(rows.table.name)
        early_copy(self, rows, files, must_be_empty=must_be_empty)

    def copy_and_tell(
        self: Copier, cursor: Cursor, rows: Rows, table: str, files: Sequence[StagedFile]
    ) -> None:
        seen.before(len(seen.copied))
        copy(self, cursor, rows, table, files)

    def commit_and_count(
        self: RedshiftEngine, works: Sequence[Work], batches: Sequence[Batch]
    ) -> None:
        seen.full_commits += 1
        commit_all(self, works, batches)

    monkeypatch.setattr(s3_files, "_LEAST_BYTES", 0)
    monkeypatch.setattr(streams, "_BLOCK_BYTES", 1)
    monkeypatch.setattr(redshift_session, "_FIRST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(Loader, "take_block", take_few)
    monkeypatch.setattr(EarlyCopies, "offer", offer_and_wait)
    monkeypatch.setattr(EarlyCopies, "_copy", copy_early)
    monkeypatch.setattr(Copier, "copy", copy_and_tell)
    monkeypatch.setattr(RedshiftEngine, "_commit_all", commit_and_count)
    return seen


@pytest.fixture
def warehouse(redshift_warehouse: RedshiftWarehouse) -> RedshiftWarehouse:
    redshift_warehouse.config["slices"] = 1
    return redshift_warehouse


def users(*ids: int, name: str = "a") -> list[Message]:
    return [record("users", {"id": id_, "name": name}) for id_ in ids]


def found(warehouse: RedshiftWarehouse, table: str = "users") -> list[Any]:
    return [
        tuple(row)
        for row in warehouse.query(f"select id, name from raw.{table} order by id, name")  # noqa: S608
    ]


def all_a(number: int) -> list[tuple[int, str]]:
    return [(id_, "a") for id_ in range(number)]


def test_an_empty_table(warehouse: RedshiftWarehouse, early: Early) -> None:
    assert warehouse.load(USERS, *users(*range(35)), state(STATE)) == [STATE]
    assert found(warehouse) == all_a(35)
    assert (len(early.copied), early.full_commits) == (4, 0)


def test_a_table_without_a_key(warehouse: RedshiftWarehouse, early: Early) -> None:
    lines = [record("lines", {"id": id_, "name": "a"}) for id_ in range(25)]
    for _ in range(2):
        warehouse.load(LINES, *lines)
    assert found(warehouse, "lines") == sorted(all_a(25) * 2)
    assert (len(early.copied), early.full_commits) == (6, 0)


def test_a_table_with_rows(warehouse: RedshiftWarehouse, early: Early) -> None:
    """They are staged and merged, by the commit alone."""
    warehouse.load(USERS, *users(*range(9)))
    early.copied.clear()
    warehouse.load(USERS, *users(*range(30), name="b"))
    assert found(warehouse) == [(id_, "b") for id_ in range(30)]
    assert early.copied == []


def test_a_key_that_comes_again(warehouse: RedshiftWarehouse, early: Early) -> None:
    warehouse.load(USERS, *users(*range(25)), *users(3, 30, name="b"))
    assert found(warehouse) == sorted({**dict(all_a(25)), 3: "b", 30: "b"}.items())
    assert early.copied
    assert early.full_commits == 0


def test_two_streams(warehouse: RedshiftWarehouse, early: Early) -> None:
    lines = [record("lines", {"id": id_, "name": "a"}) for id_ in range(25)]
    warehouse.load(USERS, *users(*range(25)), LINES, *lines, *users(3, name="b"))
    assert found(warehouse) == sorted({**dict(all_a(25)), 3: "b"}.items())
    assert found(warehouse, "lines") == all_a(25)
    assert set(early.copied) == {"users", "lines"}
    assert early.full_commits == 0


def test_two_streams_of_which_one_has_no_key(warehouse: RedshiftWarehouse, early: Early) -> None:
    """Its rows wait for a commit with a state: what is read again would be there twice."""
    lines = [record("lines", {"id": id_, "name": "a"}) for id_ in range(25)]
    with pytest.raises(LoadError):
        warehouse.load(LINES, *lines, USERS, *users(*range(25)), "no JSON")
    assert found(warehouse, "lines") == []
    assert early.copied
    warehouse.load(LINES, *lines, USERS, *users(*range(25)))
    assert found(warehouse, "lines") == found(warehouse) == all_a(25)


def test_several_commits(warehouse: RedshiftWarehouse, early: Early) -> None:
    warehouse.load(USERS, *users(*range(60)), *users(5, name="b"), batch_size_rows=25)
    assert found(warehouse) == sorted({**dict(all_a(60)), 5: "b"}.items())
    assert early.copied


def test_a_text_for_which_its_column_must_grow(warehouse: RedshiftWarehouse, early: Early) -> None:
    long = "long " * 1000
    warehouse.load(USERS, *users(*range(25)), *users(25, name=long), *users(*range(26, 45)))
    assert found(warehouse) == sorted({**dict(all_a(45)), 25: long}.items())
    assert early.copied
    assert early.full_commits == 1


def test_a_schema_that_changes(warehouse: RedshiftWarehouse, early: Early) -> None:
    later = schema("users", {"id": ID, "name": TEXT, "plan": TEXT}, ["id"])
    more = [record("users", {"id": id_, "name": "a", "plan": "b"}) for id_ in range(25, 45)]
    warehouse.load(USERS, *users(*range(25)), later, *more)
    assert found(warehouse) == all_a(45)
    assert len(warehouse.query("select id from raw.users where plan = 'b'")) == 20
    assert early.copied


@pytest.mark.parametrize("number", [0, 1, 3])
def test_another_loader_that_is_faster(
    warehouse: RedshiftWarehouse, early: Early, number: int
) -> None:
    """Before, between and after the early COPYs; its rows' keys are ours."""

    def load_other(copies: int) -> None:
        if copies == number:
            early.before = lambda _: None
            warehouse.load(USERS, *users(1, 99, name="other"), batch_size_rows=1)

    early.before = load_other
    if number == 0:
        warehouse.load(USERS)
        load_other(0)
    warehouse.load(USERS, *users(*range(35)))
    assert found(warehouse) == [*all_a(35), (99, "other")]


def test_a_row_that_copy_refuses(warehouse: RedshiftWarehouse, early: Early) -> None:
    open_users = schema("users", {"id": ID, "name": TEXT, "props": {"type": "object"}}, ["id"])
    bad = '{"type": "RECORD", "stream": "users", "record": {"id": 5, "props": {"a": 1e200000}}}'
    messages = (open_users, *users(*range(5)), bad, *users(*range(6, 35)), state(STATE))
    config = {"on_invalid_record": "quarantine", "max_rejected": 1}
    assert warehouse.load(*messages, **config) == [STATE]
    assert found(warehouse) == [each for each in all_a(35) if each[0] != 5]
    assert len(warehouse.query("select record from raw.users__rejected")) == 1
    assert early.copied == ["users"]


@pytest.mark.parametrize("number", [1, 2, 4])
def test_a_copy_that_fails(warehouse: RedshiftWarehouse, early: Early, number: int) -> None:
    def fail(copies: int) -> None:
        if copies == number:
            early.before = lambda _: None
            raise InterfaceError("server socket closed")

    early.before = fail
    assert warehouse.load(USERS, *users(*range(35)), state(STATE)) == [STATE]
    assert found(warehouse) == all_a(35)
    assert early.full_commits == 1


@pytest.mark.parametrize("answered", [False, True])
@pytest.mark.parametrize("word", [b"begin\0", b"copy ", b"lock ", b"(commits)", b"commit\0"])
def test_a_connection_that_breaks(
    warehouse: RedshiftWarehouse, early: Early, word: bytes, *, answered: bool
) -> None:
    proxy = Proxy(warehouse.config["port"])
    proxy.breaks.append(Break(word, answered))
    states = warehouse.load(USERS, *users(*range(35)), state(STATE), port=proxy.port)
    proxy.close()
    assert proxy.broken == 1
    assert states == [STATE]
    assert found(warehouse) == all_a(35)
    assert early.copied
