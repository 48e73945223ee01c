"""State and warehouse never part: what a run starts from is in the warehouse, or it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (100, 5)
CLEVERTAP = ("tap-clevertap", "target-redshift")
SHOP = ("tap-postgres", "target-redshift")
# One story, told in order on one world.


def assert_every_event_is_there(headwater: Headwater) -> None:
    """As many raw events as the world had."""
    in_the_world = sum(int(row["events"]) for row in headwater.ledger("clevertap_events"))
    assert headwater.query("select count(*) from raw_clevertap.events") == [(in_the_world,)]


def test_a_dropped_warehouse_is_no_green_run(headwater: Headwater) -> None:
    headwater.succeed("run", *CLEVERTAP, *SHOP)
    headwater.execute("drop schema raw_clevertap, raw_shop cascade")
    for schema, load in (("raw_clevertap", CLEVERTAP), ("raw_shop", SHOP)):
        done = headwater.meltano("run", *load)
        assert done.returncode == 1, done.stdout
        for word in ("does not know it", schema, "--full-refresh", "adopt_state"):
            assert word in done.stdout
        assert "Traceback" not in done.stdout


def test_a_full_refresh_mends_it(headwater: Headwater) -> None:
    headwater.succeed("run", "--full-refresh", *CLEVERTAP)
    headwater.succeed("run", *CLEVERTAP)
    assert_every_event_is_there(headwater)


def test_an_emptied_table_is_no_green_run(headwater: Headwater) -> None:
    # dbt makes missing inputs anew, empty: the table is there again, its rows are not.
    headwater.execute("drop table raw_clevertap.events cascade")
    headwater.succeed("invoke", "dbt", "run", "--select", "stg_clevertap__event_slices")
    done = headwater.meltano("run", *CLEVERTAP)
    assert done.returncode == 1, done.stdout
    assert "none of its rows any more" in done.stdout
    headwater.succeed("run", "--full-refresh", *CLEVERTAP)
    assert_every_event_is_there(headwater)


def test_a_state_is_adopted_where_the_rows_are_there(headwater: Headwater) -> None:
    headwater.execute("drop table raw_clevertap._sdc_bookmarks")
    assert headwater.meltano("run", *CLEVERTAP).returncode == 1
    done = headwater.meltano("run", *CLEVERTAP, TARGET_REDSHIFT_ADOPT_STATE="true")
    assert done.returncode == 0, done.stdout
    headwater.succeed("run", *CLEVERTAP)
    assert_every_event_is_there(headwater)
