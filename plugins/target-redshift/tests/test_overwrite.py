"""load_method overwrite: the new rows take the place of all others at once, or not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from target_command import Command, wait_for
from target_running import record, schema, state

from target_redshift.errors import InputError, LoadError

if TYPE_CHECKING:
    from pathlib import Path

    from target_running import Message, Warehouse

ID = {"type": "integer"}
TEXT = {"type": ["string", "null"]}
USERS = schema("users", {"id": ID, "name": TEXT}, ["id"])
OVERWRITE = {"load_method": "overwrite"}


def user(number: int, name: str, **more: object) -> dict[str, Any]:
    return record("users", {"id": number, "name": name}, **more)


def users(warehouse: Warehouse) -> list[tuple[Any, ...]]:
    return warehouse.query("select id, name from raw.users order by id, name")


def test_it_replaces_all(warehouse: Warehouse) -> None:
    warehouse.load(USERS, user(1, "a"), user(2, "b"))
    messages = (USERS, user(3, "c"), user(3, "d"), USERS, user(4, "e"), user(3, "f"))
    for _ in range(2):
        warehouse.load(*messages, batch_size_rows=1, **OVERWRITE)
        assert users(warehouse) == [(3, "f"), (4, "e")]


def test_a_stream_without_records_is_emptied(warehouse: Warehouse) -> None:
    warehouse.load(USERS, user(1, "a"))
    warehouse.load(USERS, **OVERWRITE)
    assert users(warehouse) == []


def test_a_stream_without_a_key_keeps_each_row(warehouse: Warehouse) -> None:
    keyless = schema("users", {"id": ID, "name": TEXT})
    for _ in range(2):
        warehouse.load(keyless, user(1, "a"), user(1, "a"), **OVERWRITE)
        assert users(warehouse) == [(1, "a")] * 2


def test_other_tables_stay(warehouse: Warehouse) -> None:
    warehouse.load(USERS, user(1, "a"), schema("others", {"id": ID}), record("others", {"id": 1}))
    warehouse.load(USERS, user(2, "b"), **OVERWRITE)
    assert warehouse.values("select id from raw.others") == [1]


@pytest.mark.parametrize("size", [1, 100_000])
def test_a_run_that_fails_changes_nothing(warehouse: Warehouse, size: int) -> None:
    warehouse.load(USERS, user(1, "a"))
    messages: list[Message] = [USERS, *(user(n, "b") for n in range(9)), state({"at": 9})]
    with pytest.raises(InputError):
        warehouse.load(*messages, "no json", batch_size_rows=size, **OVERWRITE)
    assert users(warehouse) == [(1, "a")]


def test_a_run_that_is_killed_changes_nothing(warehouse: Warehouse, tmp_path: Path) -> None:
    """However long it loads: the state and the rows come at its end."""
    warehouse.load(USERS, user(1, "a"))
    command = Command(warehouse, tmp_path, batch_size_rows=2, **OVERWRITE)
    command.send(USERS, *(user(n, "b") for n in range(2, 10)), state({"at": 9}))
    command.send(schema("users", {"id": ID, "name": TEXT, "new": TEXT}, ["id"]), user(10, "b"))
    wait_for(
        warehouse,
        "select count(*) > 0 from pg_attribute a join pg_class c on c.oid = a.attrelid"
        " where c.relname = 'users' and a.attname = 'new'",
    )
    command.process.kill()
    _, states, _ = command.end()
    assert states == []
    assert users(warehouse) == [(1, "a")]
    states = warehouse.load(USERS, user(2, "c"), state({"at": 9}), **OVERWRITE)
    assert (users(warehouse), states) == ([(2, "c")], [{"at": 9}])


def test_the_table_can_be_read_and_written_meanwhile(
    postgres_warehouse: Warehouse, tmp_path: Path
) -> None:
    warehouse = postgres_warehouse  # elsewhere nothing is seen of rows that wait
    warehouse.load(USERS, user(1, "a"))
    command = Command(warehouse, tmp_path, batch_size_rows=2, **OVERWRITE)
    command.send(USERS, *(user(n, "b") for n in range(2, 10)))
    is_staged = "select count(*) > 0 from pg_class where relname = 'stage_1'"
    wait_for(warehouse, is_staged)
    assert users(warehouse) == [(1, "a")]
    warehouse.load(USERS, user(1, "c"))
    assert users(warehouse) == [(1, "c")]
    assert command.end()[0] == 0
    assert users(warehouse) == [(n, "b") for n in range(2, 10)]


def test_schemas_may_change_meanwhile(warehouse: Warehouse) -> None:
    """Rows that wait go over into the new form: wider, of another type, with columns less."""
    warehouse.load(
        schema("s", {"id": ID, "first": TEXT}, ["id"]), record("s", {"id": 1, "first": "x"})
    )
    number = {"type": ["number", "null"]}
    warehouse.load(
        schema("s", {"id": ID, "v": ID, "gone": TEXT}, ["id"]),
        *(record("s", {"id": n, "v": n, "gone": "g"}) for n in (1, 2)),
        schema("s", {"id": number, "v": number}, ["id"]),
        record("s", {"id": 2, "v": 0.5}),
        record("s", {"id": 3, "v": 1.5}),
        schema("s", {"id": number, "v": TEXT}, ["id"]),
        record("s", {"id": 4, "v": "text"}),
        record("s", {"id": 3, "v": "text"}),
        **OVERWRITE,
    )
    assert warehouse.query("select id, first, v, gone, v__str from raw.s order by id") == [
        (Decimal(1), None, Decimal(1), "g", None),
        (Decimal(2), None, Decimal("0.5"), None, None),
        (Decimal(3), None, None, None, "text"),
        (Decimal(4), None, None, None, "text"),
    ]


def test_integers_may_grow_meanwhile(warehouse: Warehouse) -> None:
    numbers = [5, 2**63, 2**70]
    messages = [record("s", {"id": n}) for n in numbers]
    warehouse.load(schema("s", {"id": ID}, ["id"]), *messages, **OVERWRITE)
    assert warehouse.values("select id from raw.s order by id") == numbers


@pytest.mark.parametrize("hard", [False, True])
def test_versions(warehouse: Warehouse, *, hard: bool) -> None:
    warehouse.load(USERS, user(9, "old", version=1))
    activate = {"type": "ACTIVATE_VERSION", "stream": "users", "version": 2}
    warehouse.load(
        *(USERS, user(1, "a", version=1), user(2, "a", version=1), user(2, "b", version=2)),
        *(activate, user(3, "c", version=2)),
        hard_delete=hard,
        **OVERWRITE,
    )
    live = warehouse.values("select id from raw.users where _sdc_deleted_at is null order by id")
    assert live == [2, 3]
    assert warehouse.values("select count(*) from raw.users") == [2 if hard else 3]


def test_it_helps_where_rows_repeat_the_key(postgres_warehouse: Warehouse) -> None:
    warehouse = postgres_warehouse  # whose index finds them
    messages = (USERS, *[user(1, "a")] * 2)
    warehouse.load(*messages, load_method="append-only")
    with pytest.raises(LoadError, match="with load_method overwrite"):
        warehouse.load(*messages)
    assert users(warehouse) == [(1, "a")] * 2
    warehouse.load(*messages, **OVERWRITE)
    assert users(warehouse) == [(1, "a")]


def test_records_that_were_put_aside_before_are_kept(warehouse: Warehouse) -> None:
    quarantine = {"on_invalid_record": "quarantine", "max_rejected": 1, **OVERWRITE}
    for name in "ab":
        warehouse.load(USERS, record("users", {"id": name}), user(1, name), **quarantine)
    assert users(warehouse) == [(1, "b")]
    assert warehouse.values("select record from raw.users__rejected") == [
        '{"id": "a"}',
        '{"id": "b"}',
    ]
