"""State and warehouse never part: what a run starts from is in the warehouse, or it fails."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ledger_checks import assert_events_equal_the_ledger

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (300, 12)
# One story, told in order on one world.


@pytest.mark.parametrize("source", ["clevertap", "shop"])
def test_a_dropped_warehouse_is_no_green_run(headwater: Headwater, source: str) -> None:
    headwater.succeed("run", source)
    headwater.execute("drop schema raw_clevertap, raw_shop, staging, intermediate, marts cascade")
    done = headwater.meltano("run", source)
    assert done.returncode == 1, done.stdout
    for word in ("does not know it", f"raw_{source}", "--full-refresh", "adopt_state"):
        assert word in done.stdout
    assert "Traceback" not in done.stdout


def test_a_full_refresh_mends_it(headwater: Headwater) -> None:
    headwater.succeed("run", "--full-refresh", "clevertap")
    assert_events_equal_the_ledger(headwater)
    headwater.succeed("run", "clevertap")
    assert_events_equal_the_ledger(headwater)


def test_an_emptied_table_is_no_green_run(headwater: Headwater) -> None:
    # dbt makes missing inputs anew, empty: the table is there again, its rows are not.
    headwater.execute("drop table raw_clevertap.events cascade")
    headwater.succeed("invoke", "dbt", "run", "--select", "stg_clevertap__events")
    done = headwater.meltano("run", "clevertap")
    assert done.returncode == 1, done.stdout
    assert "none of its rows any more" in done.stdout
    headwater.succeed("run", "--full-refresh", "clevertap")
    assert_events_equal_the_ledger(headwater)


def test_a_state_is_adopted_where_the_rows_are_there(headwater: Headwater) -> None:
    headwater.execute("drop table raw_clevertap._sdc_bookmarks")
    assert headwater.meltano("run", "clevertap").returncode == 1
    done = headwater.meltano("run", "clevertap", TARGET_REDSHIFT_ADOPT_STATE="true")
    assert done.returncode == 0, done.stdout
    headwater.succeed("run", "clevertap")
    assert_events_equal_the_ledger(headwater)
