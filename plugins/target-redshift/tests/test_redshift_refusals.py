"""Rows that COPY does not take: the message says which, and the rest may be loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from target_running import record, schema, state

from target_redshift.errors import LoadError, WarehouseError

if TYPE_CHECKING:
    from target_running import Message, Warehouse

TEXT = {"type": ["string", "null"]}
USERS = schema(
    "users", {"id": {"type": "integer"}, "name": TEXT, "props": {"type": "object"}}, ["id"]
)
LINES = schema("lines", {"name": TEXT, "props": {"type": "object"}})
QUARANTINE = {"on_invalid_record": "quarantine", "max_rejected": 9}
# More than SUPER holds; the target does not look into nested values.
HUGE = "1e200000"


def raw(stream: str, values: str) -> Message:
    return f'{{"type": "RECORD", "stream": "{stream}", "record": {values}}}'


def users(*bad: int, number: int = 6) -> list[Message]:
    return [
        raw(
            "users",
            f'{{"id": {id_}, "name": "{id_}", "props": {{"a": {HUGE if id_ in bad else 1}}}}}',
        )
        for id_ in range(number)
    ]


def ids(warehouse: Warehouse) -> list[Any]:
    return warehouse.values("select id from raw.users order by id")


def test_the_row_is_named(redshift_warehouse: Warehouse) -> None:
    with pytest.raises(LoadError) as error:
        redshift_warehouse.load(USERS, *users(3))
    told = str(error.value)
    assert 'stream "users" (lines 2 to 7 of the input, record id=\'3\'): column "props": ' in told
    assert HUGE not in told
    assert ids(redshift_warehouse) == []


def test_the_rows_are_put_aside(redshift_warehouse: Warehouse) -> None:
    messages = (USERS, *users(1, 4), state({"at": 6}))
    assert redshift_warehouse.load(*messages, **QUARANTINE) == [{"at": 6}]
    assert ids(redshift_warehouse) == [0, 2, 3, 5]
    rejected = redshift_warehouse.query(
        "select record, reason from raw.users__rejected order by record"
    )
    assert [row[0][:9] for row in rejected] == ['{"id": 1,', '{"id": 4,']
    assert all('column "props"' in row[1] for row in rejected)


def test_the_only_row_is_put_aside(redshift_warehouse: Warehouse) -> None:
    messages = (USERS, *users(0, number=1), state({"at": 1}))
    assert redshift_warehouse.load(*messages, **QUARANTINE) == [{"at": 1}]
    assert ids(redshift_warehouse) == []
    assert len(redshift_warehouse.query("select record from raw.users__rejected")) == 1


def test_without_a_key(redshift_warehouse: Warehouse) -> None:
    bad = raw("lines", f'{{"name": "b", "props": {{"a": {HUGE}}}}}')
    good = [record("lines", {"name": name, "props": {}}) for name in ("a", "c")]
    redshift_warehouse.load(LINES, good[0], bad, good[1], **QUARANTINE)
    assert redshift_warehouse.values("select name from raw.lines order by name") == ["a", "c"]


def test_a_line_that_is_not_surely_known(redshift_warehouse: Warehouse) -> None:
    """A value with lines of its own stands before it: nothing is put aside on a guess."""
    bad = [raw("users", '{"id": 9, "name": "two\\nlines", "props": {}}'), *users(1)]
    with pytest.raises(
        WarehouseError, match=r'lines 2 to 8 .* column "props": .* \(line \d+ of s3://'
    ):
        redshift_warehouse.load(USERS, *bad, **QUARANTINE)
    assert ids(redshift_warehouse) == []
