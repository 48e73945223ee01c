from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from googleads_running import GLOBAL, IN, Output, config, sync

from line_tap.errors import ConfigError
from tap_googleads.errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.simulated import SimulatedGoogleAds

CHANNELS = "SELECT campaign.name, segments.date, segments.device, metrics.clicks FROM campaign"


def told(rows: Iterable[dict[str, Any]]) -> set[tuple[Any, ...]]:
    names = ("customer__id", "segments__date", "segments__device", "campaign__name")
    return {tuple(row[name] for name in (*names, "metrics__clicks")) for row in rows}


def custom(api: SimulatedGoogleAds, query: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  # JSON
    return config(api, custom_queries=[{"name": "mine", "query": query, **more}])


def keys(output: Output) -> list[str]:
    return list(output.schema("mine")["key_properties"])


def test_a_query_by_days_is_a_daily_stream(googleads: SimulatedGoogleAds) -> None:
    query = f"{CHANNELS} WHERE metrics.clicks > 0 ORDER BY segments.date DESC"
    output = sync(custom(googleads, query), "mine", "mine_reads", "device_performance")
    # What tells campaigns apart was not selected: Google gives its name in any case.
    assert keys(output) == [
        *("customer__id", "segments__date", "segments__device", "campaign__resource_name"),
    ]
    assert told(output.records("mine")) == told(
        row for row in output.records("device_performance") if row["metrics__clicks"]
    )
    assert {row["customer__id"] for row in output.records("mine_reads")} == {IN, GLOBAL}
    assert set(output.bookmarks("mine")) == {IN, GLOBAL}


def test_a_query_without_days_is_read_whole(googleads: SimulatedGoogleAds) -> None:
    query = "SELECT campaign.id, ad_group.id, ad_group.name FROM ad_group LIMIT 2"
    output = sync(custom(googleads, query, add_date_filter_to_query=False), "mine")
    assert keys(output) == ["customer__id", "campaign__id", "ad_group__id"]
    assert {row["customer__id"] for row in output.records("mine")} == {IN, GLOBAL}
    assert max(Counter(row["customer__id"] for row in output.records("mine")).values()) == 2
    assert not output.bookmarks("mine")


def test_sums_over_all_days(googleads: SimulatedGoogleAds) -> None:
    query = "SELECT campaign.id, metrics.clicks FROM campaign"
    output = sync(custom(googleads, query), "mine", "campaign_performance")
    for row in output.records("mine"):
        assert row["metrics__clicks"] == sum(
            day["metrics__clicks"]
            for day in output.records("campaign_performance")
            if day["campaign__id"] == row["campaign__id"]
        )


def test_a_limit_is_for_the_whole(googleads: SimulatedGoogleAds) -> None:
    query = f"{CHANNELS} ORDER BY metrics.clicks DESC LIMIT 3"
    output = sync(custom(googleads, query), "mine")
    assert len(output.records("mine")) == 6


def test_clicks_are_asked_for_day_by_day(googleads: SimulatedGoogleAds) -> None:
    query = "SELECT click_view.gclid, segments.date FROM click_view"
    output = sync(custom(googleads, query), "mine", "mine_reads")
    assert keys(output) == ["customer__id", "segments__date", "click_view__resource_name"]
    days = (googleads.clock - googleads.first_day).days + 1
    assert len({row["read_at"] for row in output.records("mine_reads")}) == 2 * days


def test_a_key_may_be_given(googleads: SimulatedGoogleAds) -> None:
    query = "SELECT campaign.name, campaign.id FROM campaign"
    more = {"add_date_filter_to_query": False, "primary_keys": ["customer__id", "campaign.name"]}
    output = sync(custom(googleads, query, **more), "mine")
    assert keys(output) == ["customer__id", "campaign__name"]
    with pytest.raises(ConfigError, match=r"mine does not select campaign.status"):
        sync(custom(googleads, query, primary_keys=["campaign.status"]), "mine")


def test_fields_that_the_table_lacks_come_as_they_come(googleads: SimulatedGoogleAds) -> None:
    query = "SELECT campaign.id, feature_of_v30.power FROM campaign"
    settings = custom(googleads, query, add_date_filter_to_query=False)
    with pytest.raises(AnswerError, match=r"mine of customer .*UNRECOGNIZED_FIELD.*feature_of_v30"):
        sync(settings, "mine")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"name": "mine", "query": "SELECT campaign.id"}, "custom_queries: the query mine has"),
        ({"name": "campaigns", "query": CHANNELS}, "campaigns, which is there already"),
        ({"name": "my query", "query": CHANNELS}, "letters, digits and underscores"),
        ({"name": "mine"}, r"custom_queries\[0\] has the wrong type"),
    ],
)
def test_wrong_ones_are_named(
    googleads: SimulatedGoogleAds, query: dict[str, Any], words: str
) -> None:
    with pytest.raises(ConfigError, match=words):
        sync(config(googleads, custom_queries=[query]), "mine")
