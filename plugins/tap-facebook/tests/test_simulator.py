"""The whole tap against the sandbox's Facebook: the truth comes from the sandbox's ledger."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from facebook_running import GLOBAL, INDIA, Output, config, landed, sync

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedFacebook

WINDOWS = ["1d_view", "1d_click", "7d_click", "28d_click"]
REPORTS: list[dict[str, Any]] = [
    {"name": "account", "level": "account"},
    {"name": "campaign", "level": "campaign", "action_attribution_windows": WINDOWS},
    {"name": "adset", "level": "adset"},
    {"name": "age_gender", "level": "campaign", "breakdowns": ["age", "gender"]},
    {"name": "country", "level": "campaign", "breakdowns": ["country"]},
    {
        "name": "placement",
        "level": "campaign",
        "breakdowns": ["publisher_platform", "platform_position", "impression_device"],
    },
    {
        "name": "hours",
        "level": "account",
        "breakdowns": ["hourly_stats_aggregated_by_advertiser_time_zone"],
    },
]
Key = tuple[str, ...]
Numbers = tuple[int, int, Decimal, Decimal, Decimal]
Sums = dict[Key, Numbers]
NOTHING = (0, 0, Decimal(), Decimal(), Decimal())


def streams(*names: str) -> list[str]:
    return [f"adsinsights_{name}{end}" for name in names for end in ("", "_reads")]


def truth(facebook: SimulatedFacebook) -> Sums:
    return {
        (row["account_id"], row["campaign_id"], row["date_day"]): (
            int(row["impressions"]),
            int(row["clicks"]),
            Decimal(row["spend"]),
            Decimal(row["conversions"]),
            Decimal(row["conversion_value"]),
        )
        for row in facebook.ledger("ad_performance")
        if row["platform"] == "facebook"
    }


def purchases(row: dict[str, Any], name: str, window: str = "value") -> Decimal:
    found = (one for one in row[name] or [] if one["action_type"] == "purchase")
    return sum((Decimal(one.get(window, 0)) for one in found), Decimal())


def summed(rows: list[dict[str, Any]], *names: str) -> Sums:
    """Rows summed by account, some columns and day."""
    sums: Sums = {}
    for row in rows:
        key = (row["account_id"], *(row[name] for name in names), row["date_start"])
        numbers = (
            int(row["impressions"]),
            int(row["clicks"]),
            Decimal(row["spend"]),
            purchases(row, "actions"),
            purchases(row, "action_values"),
        )
        sums[key] = added(sums.get(key, NOTHING), numbers)
    return sums


def added(one: Numbers, other: Numbers) -> Numbers:
    return (
        one[0] + other[0],
        one[1] + other[1],
        one[2] + other[2],
        one[3] + other[3],
        one[4] + other[4],
    )


def by_campaign(*outputs: Output, report: str = "campaign") -> Sums:
    return summed(landed(*outputs, stream=f"adsinsights_{report}"), "campaign_id")


def spent(sums: Sums) -> Sums:
    """Without what is nothing at all: the ledger has no such rows."""
    return {key: numbers for key, numbers in sums.items() if numbers != NOTHING}


def test_campaigns_equal_the_ledger_before_and_after_restatements(
    facebook: SimulatedFacebook,
) -> None:
    settings = config(facebook, insight_reports_list=REPORTS)
    wanted = streams("campaign", "default")
    outputs = [sync(settings, streams=wanted)]
    first = truth(facebook)
    assert spent(by_campaign(*outputs)) == spent(first)
    assert spent(by_campaign(*outputs, report="default")) == spent(first)
    for days in (1, 7):
        facebook.advance(days)
        outputs.append(sync(settings, outputs[-1].state, wanted))
        assert spent(by_campaign(*outputs)) == spent(truth(facebook))
        assert spent(by_campaign(*outputs, report="default")) == spent(truth(facebook))
    later = truth(facebook)
    assert any(later.get(key) != numbers for key, numbers in first.items())


def test_every_report_adds_up_to_the_ledger(facebook: SimulatedFacebook) -> None:
    last = (facebook.first_day + timedelta(3)).isoformat()
    settings = config(facebook, insight_reports_list=REPORTS, page_size=211, end_date=last)
    names = [report["name"] for report in REPORTS]
    output = sync(settings, streams=streams(*names))
    by_day: Sums = {}
    for (account, _, day), numbers in truth(facebook).items():
        if day > last:
            continue
        by_day[account, day] = added(by_day.get((account, day), NOTHING), numbers)
    for name in names:
        rows = landed(output, stream=f"adsinsights_{name}")
        assert spent(summed(rows)) == spent(by_day), name


def test_the_windows_asked_for_come(facebook: SimulatedFacebook) -> None:
    settings = config(facebook, insight_reports_list=REPORTS)
    rows = landed(sync(settings, streams=streams("campaign")), stream="adsinsights_campaign")
    by_window = [
        sum(purchases(row, "actions", window) for row in rows) for window in ("value", *WINDOWS)
    ]
    value, view, one_day, click, month = by_window
    assert value == view + click
    assert 0 < one_day < click <= month


def test_a_read_says_how_many_rows_a_day_has(facebook: SimulatedFacebook) -> None:
    output = sync(config(facebook))
    rows = output.records("adsinsights_default")
    days = [facebook.first_day + timedelta(n) for n in range(12)]
    reads = output.records("adsinsights_default_reads")
    assert {(read["account_id"], read["date_start"]): read["rows"] for read in reads} == {
        (account, day.isoformat()): sum(
            row["account_id"] == account and row["date_start"] == day.isoformat() for row in rows
        )
        for account in (INDIA, GLOBAL)
        for day in days
    }
    assert {read["read_at"] for read in reads} == {row["read_at"] for row in rows}


def test_days_without_rows_are_read_all_the_same(facebook: SimulatedFacebook) -> None:
    before = (facebook.first_day - timedelta(days=3)).isoformat()
    output = sync(config(facebook, account_ids=[INDIA], start_date=before, end_date=before))
    (read,) = output.records("adsinsights_default_reads")
    assert (read["date_start"], read["rows"]) == (before, 0)


def test_everything_that_is_asked_of_the_api_is_asked_once(facebook: SimulatedFacebook) -> None:
    settings = config(facebook, account_ids=[INDIA], insight_reports_list=REPORTS[1:2])
    facebook.reset_stats()
    sync(settings, streams=None)
    assert facebook.stats()["requests"] == {
        "adaccount": 1,
        "campaigns": 1,
        "adsets": 1,
        "ads": 1,
        "adcreatives": 1,
        "customconversions": 1,
        "insights": 2,
    }


def test_entities_are_those_that_the_facts_refer_to(facebook: SimulatedFacebook) -> None:
    output = sync(config(facebook), streams=None)
    for stream, name in (("campaigns", "campaign_id"), ("adsets", "adset_id"), ("ads", "ad_id")):
        known = {(row["account_id"], row["id"]) for row in output.records(stream)}
        facts = output.records("adsinsights_default")
        assert {(row["account_id"], row[name]) for row in facts} <= known
    assert {row["id"] for row in output.records("adaccounts")} == {f"act_{INDIA}", f"act_{GLOBAL}"}
    campaign = output.records("campaigns")[0]
    assert campaign["created_time"].endswith("Z")
    assert campaign["daily_budget"].isdigit()


def test_a_report_may_choose_its_metrics(facebook: SimulatedFacebook) -> None:
    reports = [{"name": "lean", "level": "adset", "fields": ["spend", "website_ctr"]}]
    settings = config(facebook, insight_reports_list=reports)
    output = sync(settings, streams=streams("lean"))
    properties = set(output.schema("adsinsights_lean")["schema"]["properties"])
    assert {"spend", "website_ctr", "adset_name", "read_at"} < properties
    assert not {"clicks", "actions", "ad_id"} & properties
    assert all(row["spend"] for row in landed(output, stream="adsinsights_lean"))


@pytest.mark.parametrize("page_size", [1, 7, 5000])
def test_pages_of_any_size_bring_the_same(facebook: SimulatedFacebook, page_size: int) -> None:
    settings = config(facebook, end_date=(facebook.first_day + timedelta(2)).isoformat())
    assert landed(sync({**settings, "page_size": page_size})) == landed(sync(settings))


def test_the_sdks_own_path_brings_the_same(facebook: SimulatedFacebook) -> None:
    fast = sync(config(facebook))
    slow = sync(config(facebook, stream_maps={"adsinsights_default": {"more": "'x'"}}))
    rows = landed(slow)
    assert {row.pop("more") for row in rows} == {"x"}
    assert rows == landed(fast)
