"""State and warehouse never part: a run starts only from bookmarks whose rows are here."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from target_running import record, schema, state

from target_redshift.bookmarks import WHOLE_STATE, read_bookmarks
from target_redshift.errors import WarehouseError

if TYPE_CHECKING:
    from target_running import Message, Warehouse

ORDERS = schema("orders", {"id": {"type": "integer"}}, ["id"])
UNKNOWN = "does not know it"
GONE = "has none of its rows any more"


def bookmarks(**by_stream: object) -> dict[str, Any]:
    return state({"bookmarks": by_stream})


def at(day: int) -> dict[str, Any]:
    return {"replication_key": "day", "replication_key_value": day}


def run(warehouse: Warehouse, start: int | None, end: int, **config: object) -> list[Any]:
    """A run as an SDK tap makes it: the state it starts from, a record, the state it reached."""
    first: list[Message] = [] if start is None else [bookmarks(orders=at(start))]
    rest = [ORDERS, record("orders", {"id": end}), bookmarks(orders=at(end))]
    return warehouse.load(*first, *rest, **config)


def test_a_run_goes_on_from_what_was_committed(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    run(warehouse, 1, 2)
    run(warehouse, 2, 3)
    assert warehouse.values("select id from raw.orders order by 1") == [1, 2, 3]
    assert warehouse.query(
        "select stream, bookmark, has_rows from raw._sdc_bookmarks where bookmark is not null"
    ) == [("orders", '{"replication_key": "day", "replication_key_value": 3}', True)]


def test_an_older_state_is_known_too(warehouse: Warehouse) -> None:
    # A run that was killed before Meltano had its last state starts from the one before.
    run(warehouse, None, 1)
    run(warehouse, 1, 2)
    run(warehouse, 1, 3)
    assert warehouse.values("select id from raw.orders order by 1") == [1, 2, 3]


def test_every_state_that_was_given_out_is_known(warehouse: Warehouse) -> None:
    messages = [
        m for n in range(1, 6) for m in (record("orders", {"id": n}), bookmarks(orders=at(n)))
    ]
    given_out = warehouse.load(ORDERS, *messages, batch_size_rows=2)
    assert len(given_out) > 1
    for each in given_out:
        warehouse.load(state(each), ORDERS)


@pytest.mark.parametrize("lost", ["drop schema raw cascade", "drop table raw._sdc_bookmarks"])
def test_a_dropped_warehouse_is_no_green_run(warehouse: Warehouse, lost: str) -> None:
    run(warehouse, None, 1)
    warehouse.query(lost)
    with pytest.raises(WarehouseError, match=UNKNOWN) as refused:
        run(warehouse, 1, 2)
    for word in ('stream "orders"', 'schema "raw"', "--full-refresh", "adopt_state"):
        assert word in str(refused.value)
    assert 2 not in warehouse.values("select id from raw.orders")


def test_a_warehouse_restored_from_a_backup_is_no_green_run(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    warehouse.query(
        "create table raw.backup as select * from raw.orders;"
        " create table raw.backup_of_bookmarks as select * from raw._sdc_bookmarks"
    )
    run(warehouse, 1, 2)
    warehouse.query(
        "truncate raw.orders; truncate raw._sdc_bookmarks;"
        " insert into raw.orders select * from raw.backup;"
        " insert into raw._sdc_bookmarks select * from raw.backup_of_bookmarks"
    )
    with pytest.raises(WarehouseError, match=UNKNOWN):
        run(warehouse, 2, 3)


@pytest.mark.parametrize(
    "lost",
    [
        "truncate raw.orders",
        "drop table raw.orders",
        # As dbt makes a missing input anew.
        "drop table raw.orders; create table raw.orders (id bigint)",
    ],
)
def test_an_emptied_table_is_no_green_run(warehouse: Warehouse, lost: str) -> None:
    run(warehouse, None, 1)
    warehouse.query(lost)
    with pytest.raises(WarehouseError, match=GONE):
        run(warehouse, 1, 2)


def test_an_emptied_table_whose_keys_are_staged_counts_as_empty(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    run(warehouse, 1, 1)
    warehouse.query("truncate raw.orders")
    with pytest.raises(WarehouseError, match=GONE):
        run(warehouse, 1, 1)


def test_a_stream_that_never_had_rows_may_be_empty(warehouse: Warehouse) -> None:
    warehouse.load(ORDERS, bookmarks(orders=at(1)))
    warehouse.load(bookmarks(orders=at(1)), ORDERS, bookmarks(orders=at(2)))
    rows = "select has_rows from raw._sdc_bookmarks where stream = 'orders'"
    assert warehouse.values(rows) == [False, False]


def test_another_schema_is_another_warehouse(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    with pytest.raises(WarehouseError, match=UNKNOWN):
        run(warehouse, 1, 2, default_target_schema="raw_other")
    warehouse.query("drop schema raw_other cascade")


def test_a_state_can_be_adopted_once(
    warehouse: Warehouse, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        run(warehouse, 7, 8, adopt_state=True)
    assert "adopted" in caplog.text
    run(warehouse, 8, 9)
    with pytest.raises(WarehouseError, match=UNKNOWN):
        run(warehouse, 7, 8)


def test_without_a_state_nothing_is_asked(warehouse: Warehouse) -> None:
    run(warehouse, None, 5)
    run(warehouse, None, 1)
    warehouse.load(state({}), ORDERS)
    warehouse.load(bookmarks(orders={}), ORDERS)


def test_overwrite_needs_nothing_from_before(warehouse: Warehouse) -> None:
    run(warehouse, 4, 5, load_method="overwrite")


def test_a_bookmark_that_is_only_carried_along_stays_unknown(warehouse: Warehouse) -> None:
    # The state of a tap holds all its streams, of which this run reads but one.
    warehouse.load(
        bookmarks(customers=at(1)),
        ORDERS,
        record("orders", {"id": 1}),
        bookmarks(orders=at(1), customers=at(1)),
    )
    streams = warehouse.values("select stream from raw._sdc_bookmarks")
    assert [each for each in streams if each != "(commits)"] == ["orders"]
    with pytest.raises(WarehouseError, match='stream "customers"'):
        warehouse.load(bookmarks(customers=at(1)), schema("customers", {"id": {"type": "integer"}}))


def test_a_state_without_bookmarks_counts_as_a_whole(warehouse: Warehouse) -> None:
    warehouse.load(ORDERS, record("orders", {"id": 1}), state({"page": 3}))
    warehouse.load(state({"page": 3}), ORDERS)
    with pytest.raises(WarehouseError, match="starts from a state, and"):
        warehouse.load(state({"page": 4}), ORDERS)


def test_a_whole_state_may_begin_with_a_stream_that_never_had_rows(warehouse: Warehouse) -> None:
    empty = schema("customers", {"id": {"type": "integer"}}, ["id"])
    for start in ([], [state({"page": 1})]):
        warehouse.load(*start, empty, ORDERS, record("orders", {"id": 1}), state({"page": 1}))
    assert warehouse.values("select id from raw.orders") == [1]


def test_stream_maps_keep_the_taps_name(warehouse: Warehouse) -> None:
    alias = {"stream_maps": {"orders": {"__alias__": "purchases"}}}
    run(warehouse, None, 1, **alias)
    run(warehouse, 1, 2, **alias)
    warehouse.query("truncate raw.purchases")
    with pytest.raises(WarehouseError, match=GONE):
        run(warehouse, 2, 3, **alias)


def test_a_failed_run_makes_no_bookmark_known(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    with pytest.raises(Exception, match="id"):
        warehouse.load(ORDERS, bookmarks(orders=at(9)), record("orders", {"id": "x"}))
    with pytest.raises(WarehouseError, match=UNKNOWN):
        run(warehouse, 9, 10)


def test_old_bookmarks_are_forgotten(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    long_ago = datetime.now(UTC) - timedelta(days=91)
    warehouse.query(f"update raw._sdc_bookmarks set committed_at = '{long_ago}'")  # noqa: S608 - a moment
    run(warehouse, 1, 2)
    kept = "select count(*) from raw._sdc_bookmarks where stream = 'orders'"
    assert warehouse.values(kept) == [1]


def test_a_stream_cannot_have_the_bookmarks_table(warehouse: Warehouse) -> None:
    run(warehouse, None, 1)
    with pytest.raises(WarehouseError, match="in which bookmarks are kept"):
        warehouse.load(schema("_sdc_bookmarks", {"id": {"type": "integer"}}))


def test_what_passes_is_no_part_of_a_bookmark() -> None:
    partition = {"context": {"event_name": "Charged"}, "replication_key_value": "2026-10-31"}
    lasting = {"orders": {"replication_key_value": 3}, "events": {"partitions": [partition]}}
    passing = {
        "orders": {
            "replication_key_value": 3,
            "starting_replication_value": 1,
            "replication_key_signpost": "2026-11-01",
        },
        "events": {
            "partitions": [{**partition, "progress_markers": {"Note": "n", "replication_key": "x"}}]
        },
        "customers": {"progress_markers": {"replication_key_value": 5}},
        "schema": {},
    }
    assert read_bookmarks(json.dumps({"bookmarks": lasting}).encode()) == read_bookmarks(
        json.dumps({"currently_syncing": "events", "bookmarks": passing}).encode()
    )


@pytest.mark.parametrize("value", ["{}", "null", '{"bookmarks": {}}', '{"bookmarks": null}', "[]"])
def test_states_that_say_nothing(value: str) -> None:
    assert read_bookmarks(value.encode()) == {}


def test_a_state_of_another_form_is_one_bookmark() -> None:
    assert list(read_bookmarks(b'{"page": 3}')) == [WHOLE_STATE]
