"""One source is enough: the plain command on an empty warehouse."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (200, 8)


def test_clevertap_alone_fills_an_empty_warehouse(headwater: Headwater) -> None:
    headwater.succeed("run", "tap-clevertap", "target-redshift", "dbt:run")
    in_the_world = sum(int(row["events"]) for row in headwater.ledger("clevertap_events"))
    assert headwater.query("select count(*) from marts.fct_events") == [(in_the_world,)]
    assert headwater.query("select count(*) from marts.fct_orders") == [(0,)]


def test_the_shop_alone_fills_an_empty_warehouse(headwater: Headwater) -> None:
    headwater.sandbox("reset")
    headwater.succeed("run", "shop")
    in_the_world = sum(int(row["orders"]) for row in headwater.ledger("orders"))
    assert headwater.query("select count(*) from marts.fct_orders") == [(in_the_world,)]
    assert headwater.query("select count(*) from marts.fct_events") == [(0,)]
