"""The whole tap against the sandbox's Google Ads: the truth comes from the sandbox's ledger."""

from __future__ import annotations

from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from googleads_running import GLOBAL, IN, Output, config, sync

if TYPE_CHECKING:
    import pytest

    from sandbox.simulated import SimulatedGoogleAds

DAILY = (
    "customer_performance",
    "campaign_performance",
    "ad_group_performance",
    "ad_performance",
    "keyword_performance",
    "search_term_performance",
    "geo_performance",
    "age_performance",
    "gender_performance",
    "device_performance",
    "asset_group_performance",
    "campaign_conversions",
)
WHOLE = ("campaign_performance", "customer_performance", "device_performance")
COUNTED = ("impressions", "clicks", "cost_micros", "conversions", "conversions_value")
Sums = dict[tuple[Any, ...], tuple[Decimal, ...]]


def standing(output: Output, stream: str) -> list[dict[str, Any]]:
    """Records as staging sees them: the last of each key, of each day's latest read only."""
    latest = {
        (row["customer__id"], row["segments__date"]): row["read_at"]
        for row in output.records(f"{stream}_reads")
    }
    keys = output.schema(stream)["key_properties"]
    upserted = {tuple(row[key] for key in keys): row for row in output.records(stream)}
    return [
        row
        for row in upserted.values()
        if row["read_at"] == latest[row["customer__id"], row["segments__date"]]
    ]


def sums(output: Output, stream: str, *by: str) -> Sums:
    found: dict[tuple[Any, ...], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * len(COUNTED))
    for row in standing(output, stream):
        total = found[tuple(row[name] for name in by)]
        for place, name in enumerate(COUNTED):
            total[place] += Decimal(str(row[f"metrics__{name}"]))
    return {key: tuple(total) for key, total in found.items()}


def truth(api: SimulatedGoogleAds) -> Sums:
    return {
        (int(row["account_id"]), int(row["campaign_id"]), row["date_day"]): (
            Decimal(row["impressions"]),
            Decimal(row["clicks"]),
            Decimal(row["spend"]) * 1_000_000,
            Decimal(row["conversions"]),
            Decimal(row["conversion_value"]),
        )
        for row in api.ledger("ad_performance")
        if row["platform"] == "google"
    }


def test_campaigns_are_the_ledgers(moving: SimulatedGoogleAds) -> None:
    settings = config(moving)
    output = sync(settings, "campaign_performance", "campaign_performance_reads")
    found = sums(output, "campaign_performance", "customer__id", "campaign__id", "segments__date")
    assert found == truth(moving)
    assert len(found) > 20
    for days in (1, 3):
        moving.advance(days)
        more = sync(
            settings, "campaign_performance", "campaign_performance_reads", state=output.state
        )
        output = Output([*output.lines, *more.lines])
        found = sums(
            output, "campaign_performance", "customer__id", "campaign__id", "segments__date"
        )
        assert found == truth(moving)


def test_every_stream_brings_records(googleads: SimulatedGoogleAds) -> None:
    output = sync(config(googleads, enable_click_view_report_stream=True))
    names = {m["stream"] for m in output.messages if m["type"] == "SCHEMA"}
    assert set(DAILY) < names
    for name in names:
        keys = output.schema(name)["key_properties"]
        rows = output.records(name)
        assert rows, name
        assert keys, name
        found = Counter(tuple(row[key] for key in keys) for row in rows)
        assert None not in {part for key in found for part in key}
        assert max(found.values()) == 1, name
        assert all(row["read_at"] for row in rows)
        if name != "geo_target_constants":
            assert isinstance(rows[0]["customer__id"], int)
    campaigns = sums(output, "campaign_performance", "customer__id", "segments__date")
    for name in WHOLE:
        assert sums(output, name, "customer__id", "segments__date") == campaigns
    assert {
        row["geo_target_constant__country_code"] for row in output.records("geo_target_constants")
    } == {"IN", "AE", "US", "GB"}
    reads = output.records("age_performance_reads")
    assert {row["customer__id"] for row in reads} == {IN, GLOBAL}
    days = (googleads.clock - googleads.first_day).days + 1
    assert len(reads) == 2 * days
    assert sum(row["rows"] for row in reads) == len(output.records("age_performance"))


def test_changes_come_in_pages_by_time(
    googleads: SimulatedGoogleAds, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sync(config(googleads), "change_status")
    monkeypatch.setattr("tap_googleads.streams.entities.MOST_ROWS", 4)
    googleads.reset_stats()
    pages = sync(config(googleads), "change_status")
    names = {row["change_status__resource_name"] for row in whole.records("change_status")}
    assert names == {row["change_status__resource_name"] for row in pages.records("change_status")}
    assert len(names) > 8
    assert googleads.stats()["requests"]["googleAds:searchStream"] > 5


def test_what_is_not_selected_stays_away(googleads: SimulatedGoogleAds) -> None:
    whole = sync(config(googleads), "campaign_performance", "campaign_performance_reads")
    name = "campaign__name"
    part = sync(config(googleads), "campaign_performance", without=[name])
    assert [
        {key: value for key, value in row.items() if key not in {name, "read_at"}}
        for row in whole.records("campaign_performance")
    ] == [
        {key: value for key, value in row.items() if key != "read_at"}
        for row in part.records("campaign_performance")
    ]
    assert not part.records("campaign_performance_reads")
    assert part.bookmarks("campaign_performance") == whole.bookmarks("campaign_performance")
