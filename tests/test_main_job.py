"""The main job, end to end: what it shows equals the world's own ledger, again and again."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from tests.conftest import INCREMENT
from tests.ledger_checks import assert_marts_equal_the_ledger

if TYPE_CHECKING:
    from tests.conftest import Headwater

WORLD = (1200, 14)  # with fewer, a day brings no change of an older order

# One story, told in order on one world.


def test_the_first_run_equals_the_ledger(headwater: Headwater) -> None:
    headwater.succeed("run", "demo")
    assert_marts_equal_the_ledger(headwater)


def test_a_second_run_changes_nothing(headwater: Headwater) -> None:
    before = headwater.marts()
    empty = {name for name, rows in before.items() if not rows}
    assert empty == {"fct_metric_restatements"}, "nothing was restated yet, all else has rows"
    headwater.succeed(*INCREMENT)
    after = headwater.marts()
    for marts in (before, after):
        del marts["rpt_pipeline_health"]  # says when it was loaded last
    assert after == before


def test_the_morning_report_has_nothing_to_say(headwater: Headwater) -> None:
    reported = headwater.query(
        "select source_name, table_name, status, reason from marts.rpt_pipeline_health"
    )
    assert {source for source, *_ in reported} == {"clevertap", "facebook", "googleads", "shop"}
    assert [row for row in reported if row[2] != "ok"] == []


def test_late_events_and_changed_orders_arrive(headwater: Headwater) -> None:
    before = Counter(
        {
            (row["event_name"], row["event_date"]): int(row["events"])
            for row in headwater.ledger("clevertap_events")
        }
    )
    orders_before = {
        (row["order_date"], row["currency"]): row for row in headwater.ledger("orders")
    }

    headwater.sandbox("advance", "--days", "1")

    after = headwater.ledger("clevertap_events")
    last_day_before = max(day for _, day in before)
    assert any(
        int(row["events"]) > before[row["event_name"], row["event_date"]]
        for row in after
        if row["event_date"] <= last_day_before
    ), "the world brought no late event"
    changed = [
        row
        for row in headwater.ledger("orders")
        if row != orders_before.get((row["order_date"], row["currency"]), row)
    ]
    assert changed, "the world changed no order of a day before"
    headwater.succeed(*INCREMENT)
    assert_marts_equal_the_ledger(headwater)


def test_every_column_is_described(headwater: Headwater) -> None:
    manifest = json.loads((headwater.folder / "dbt-target" / "manifest.json").read_text())
    described = {
        (node["schema"], node["name"], name)
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["description"]
        for name, column in node["columns"].items()
        if column["description"]
    }
    found = headwater.query(
        "select table_schema, table_name, column_name from information_schema.columns"
        " where table_schema in ('staging', 'intermediate', 'marts')"
    )
    assert found
    assert set(found) - described == set()


def test_increments_over_days_equal_a_full_refresh(headwater: Headwater) -> None:
    headwater.sandbox("advance", "--days", "7")  # more than CleverTap's look-back of 3
    headwater.succeed(*INCREMENT)
    assert_marts_equal_the_ledger(headwater)
    assert headwater.query("select count(*) > 0 from marts.fct_metric_restatements") == [(True,)]
    headwater.succeed("run", "dbt:test")  # what all increments left, restatements and all
    incremental = headwater.marts()
    headwater.succeed("invoke", "dbt", "run", "--full-refresh")
    assert headwater.marts() == incremental
