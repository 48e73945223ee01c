import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sandbox.plain_client import GraphClient
from sandbox.simulated import SimulatedFacebook

INDIA, WORLD = "act_504112233445566", "act_504998877665544"
SUMMED = ("impressions", "clicks", "spend", "inline_link_clicks")
LISTS = ("actions", "action_values")
FIELDS = ",".join((*SUMMED, *LISTS))
BREAKDOWNS = (
    "age",
    "gender",
    "age,gender",
    "country",
    "region",
    "publisher_platform",
    "device_platform",
    "publisher_platform,platform_position",
    "publisher_platform,impression_device",
    "publisher_platform,platform_position,impression_device",
    "hourly_stats_aggregated_by_advertiser_time_zone",
    "hourly_stats_aggregated_by_audience_time_zone",
)
Row = dict[str, Any]


@pytest.fixture
def days(facebook: SimulatedFacebook) -> dict[str, str]:
    return {"since": str(facebook.first_day), "until": str(facebook.clock)}


def sums(rows: Iterable[Row], *keys: str) -> dict[tuple[str, ...], dict[str, Decimal]]:
    """Everything that may be summed, by some columns; lists by action type and window."""
    found: dict[tuple[str, ...], dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in rows:
        total = found[tuple(row[key] for key in keys)]
        for name in SUMMED:
            total[name] += Decimal(row[name])
        for name in LISTS:
            for entry in row.get(name, []):
                kind = entry.pop("action_type")
                for window, value in entry.items():
                    total[f"{name} {kind} {window}"] += Decimal(value)
    return found


def of_type(entries: list[dict[str, str]] | None, action_type: str) -> dict[str, str]:
    return next((one for one in entries or [] if one["action_type"] == action_type), {})


def told(graph: GraphClient, facebook: SimulatedFacebook) -> set[tuple[str, ...]]:
    """The ledger's rows, as the API has them."""
    found = set()
    for account in (INDIA, WORLD):
        rows = graph.data(
            f"v26.0/{account}/insights",
            fields=f"account_id,campaign_id,account_currency,{FIELDS}",
            level="campaign",
            time_increment=1,
            time_range={"since": str(facebook.first_day), "until": str(facebook.clock)},
        )
        for row in rows:
            assert row["date_start"] == row["date_stop"]
            numbers = (
                row["impressions"],
                row["clicks"],
                row["spend"],
                of_type(row.get("actions"), "purchase").get("value", "0"),
                of_type(row.get("action_values"), "purchase").get("value", "0"),
            )
            ids = (row["account_id"], row["campaign_id"], row["date_start"])
            found.add((*ids, row["account_currency"], *map(plain, numbers)))
    return found


def plain(number: str) -> str:
    return format(Decimal(number).normalize(), "f")


def truth(facebook: SimulatedFacebook) -> set[tuple[str, ...]]:
    numbers = ("impressions", "clicks", "spend", "conversions", "conversion_value")
    return {
        (
            *(row[name] for name in ("account_id", "campaign_id", "date_day", "currency")),
            *(plain(row[name]) for name in numbers),
        )
        for row in facebook.ledger("ad_performance")
        if row["platform"] == "facebook"
    }


def test_campaigns_days_equal_the_ledger_and_follow_it(moving: SimulatedFacebook) -> None:
    graph = GraphClient(moving)
    before = told(graph, moving)
    assert before == truth(moving)
    moving.advance(3)
    after = told(graph, moving)
    assert after == truth(moving)
    # Days that were told before are told differently now.
    ids = {row[:3] for row in before}
    assert {row for row in after if row[:3] in ids} != before


def test_a_day_that_was_taken_back_has_no_row_any_more(
    moving: SimulatedFacebook, days: dict[str, str]
) -> None:
    graph = GraphClient(moving)

    def rows() -> set[tuple[str, str]]:
        found = graph.data(
            f"v26.0/{INDIA}/insights",
            level="ad",
            time_increment=1,
            fields="ad_id,impressions",
            time_range=days,
        )
        assert all(int(row["impressions"]) > 0 for row in found)
        return {(row["ad_id"], row["date_start"]) for row in found}

    before = rows()
    moving.advance(3)
    after = rows()
    assert after < before


@pytest.mark.parametrize("level", ["account", "campaign", "adset", "ad"])
def test_every_level_sums_to_the_same(graph: GraphClient, days: dict[str, str], level: str) -> None:
    path = f"v26.0/{INDIA}/insights"
    windows = ["1d_click", "7d_click", "28d_click", "1d_view"]
    common = {"fields": FIELDS, "action_attribution_windows": windows, "time_range": days}
    (whole,) = sums(graph.data(path, **common)).values()
    (parts,) = sums(graph.data(path, level=level, time_increment=1, **common)).values()
    assert parts == whole
    assert whole["actions purchase value"] > 0


@pytest.mark.parametrize("breakdowns", BREAKDOWNS)
def test_a_breakdown_shares_every_day_out_exactly(
    graph: GraphClient, days: dict[str, str], breakdowns: str
) -> None:
    for account in (INDIA, WORLD):
        path = f"v26.0/{account}/insights"
        common = {
            "fields": f"ad_id,reach,{FIELDS}",
            "level": "ad",
            "time_increment": 1,
            "time_range": days,
            "action_attribution_windows": "1d_click,7d_click,1d_view",
        }
        whole = sums(graph.data(path, **common), "ad_id", "date_start")
        rows = graph.data(path, breakdowns=breakdowns, **common)
        names = breakdowns.split(",")
        cells = {tuple(row[name] for name in names) for row in rows}
        assert len(cells) > 1
        assert len({(row["ad_id"], row["date_start"], *(row[n] for n in names)) for row in rows}) \
            == len(rows)  # fmt: skip
        assert sums(rows, "ad_id", "date_start") == whole
        for row in rows:
            assert int(row["clicks"]) <= int(row["impressions"])
            # People are not counted by the hour.
            assert ("reach" in row) == (not breakdowns.startswith("hourly"))


def test_windows_nest(moving: SimulatedFacebook) -> None:
    moving.advance(15)
    graph = GraphClient(moving)
    windows = ["1d_click", "7d_click", "28d_click", "1d_view", "7d_view", "28d_view", "default"]
    (row,) = graph.data(
        f"v26.0/{INDIA}/insights",
        fields="actions,action_values,cost_per_action_type,purchase_roas,spend",
        date_preset="maximum",
        action_attribution_windows=windows,
    )
    for name in ("actions", "action_values"):
        found = {key: Decimal(value) for key, value in of_type(row[name], "purchase").items()
                 if key != "action_type"}  # fmt: skip
        assert found["value"] == found["7d_click"] + found["1d_view"] == found["default"]
        assert 0 < found["1d_click"] < found["7d_click"] == found["28d_click"]
        assert not {"7d_view", "28d_view"} & set(found)
    bought = of_type(row["actions"], "purchase")
    cost = Decimal(of_type(row["cost_per_action_type"], "purchase")["7d_click"])
    assert abs(cost * int(bought["7d_click"]) - Decimal(row["spend"])) < Decimal("0.01")
    (roas,) = row["purchase_roas"]
    value = Decimal(of_type(row["action_values"], "omni_purchase")["value"])
    assert abs(Decimal(roas["value"]) * Decimal(row["spend"]) - value) < 1
    # The same purchase under three names: whoever sums them counts it three times.
    for name in ("omni_purchase", "offsite_conversion.fb_pixel_purchase"):
        assert of_type(row["actions"], name)["value"] == bought["value"]
    (plain_row,) = graph.data(f"v26.0/{INDIA}/insights", fields="actions", date_preset="maximum")
    assert all(set(entry) == {"action_type", "value"} for entry in plain_row["actions"])


def test_actions_may_tell_where_they_led(graph: GraphClient, days: dict[str, str]) -> None:
    path = f"v26.0/{INDIA}/insights"
    common = {"fields": "actions,action_values,cost_per_action_type", "time_range": days}
    (plain_row,) = graph.data(path, **common)
    names = ["action_type", "action_target_id", "action_destination"]
    (row,) = graph.data(path, action_breakdowns=names, **common)
    for name in ("actions", "action_values", "cost_per_action_type"):
        assert all({*names, "value"} <= set(entry) for entry in row[name])
        for entry in row[name]:
            del entry["action_target_id"], entry["action_destination"]
    assert row == plain_row


def test_market_areas_are_american(graph: GraphClient, days: dict[str, str]) -> None:
    for account, areas in ((INDIA, 1), (WORLD, 5)):
        path = f"v26.0/{account}/insights"
        common = {"fields": FIELDS, "time_range": days}
        rows = graph.data(path, breakdowns="dma", **common)
        assert len({row["dma"] for row in rows}) == areas
        assert sums(rows) == sums(graph.data(path, **common))


def test_ratios_are_those_of_the_row(graph: GraphClient, days: dict[str, str]) -> None:
    fields = "impressions,clicks,spend,reach,ctr,cpc,cpm,cpp,frequency,unique_clicks,unique_ctr"
    rows = graph.data(
        f"v26.0/{WORLD}/insights", fields=fields, level="ad", time_increment=1, time_range=days
    )
    assert any(row["clicks"] == "0" for row in rows)
    for row in rows:
        assert all(isinstance(value, str) for value in row.values())
        impressions, clicks, reach = (int(row[n]) for n in ("impressions", "clicks", "reach"))
        spend = float(row["spend"])
        assert 0 < reach <= impressions
        assert int(row["unique_clicks"]) <= clicks
        assert float(row["frequency"]) == pytest.approx(impressions / reach, abs=1e-6)
        assert float(row["ctr"]) == pytest.approx(100 * clicks / impressions, abs=1e-6)
        assert float(row["cpm"]) == pytest.approx(1000 * spend / impressions, abs=1e-6)
        assert ("cpc" in row) == bool(clicks)


def test_reach_is_no_sum(graph: GraphClient, days: dict[str, str]) -> None:
    path, common = f"v26.0/{INDIA}/insights", {"fields": "reach", "time_range": days}
    daily = [int(row["reach"]) for row in graph.data(path, time_increment=1, **common)]
    ads = [int(row["reach"]) for row in graph.data(path, level="ad", **common)]
    (whole,) = graph.data(path, **common)
    for parts in (daily, ads):
        assert max(parts) < int(whole["reach"]) < sum(parts)


@pytest.mark.parametrize("increment", [1, 5, 7, 90, "monthly", "all_days"])
def test_increments_cover_the_range_without_overlap(
    graph: GraphClient, days: dict[str, str], increment: object
) -> None:
    path, common = f"v26.0/{INDIA}/insights", {"fields": FIELDS, "time_range": days}
    rows = graph.data(path, time_increment=increment, **common)
    begins = [date.fromisoformat(row["date_start"]) for row in rows]
    ends = [date.fromisoformat(row["date_stop"]) for row in rows]
    assert (str(begins[0]), str(ends[-1])) == (days["since"], days["until"])
    for end, begin in zip(ends, begins[1:], strict=False):
        assert begin == end + timedelta(days=1)
    assert sums(rows) == sums(graph.data(path, **common))
    if isinstance(increment, int):
        whole = list(zip(begins, ends, strict=True))[:-1]
        assert all((end - begin).days == increment - 1 for begin, end in whole)


def test_rows_hold_what_was_asked_and_never_what_is_empty(graph: GraphClient) -> None:
    path = f"v26.0/{WORLD}/insights"
    common = {"level": "ad", "time_increment": 1, "date_preset": "maximum"}
    fields = ["ad_id", "campaign_name", "actions", "purchase_roas", "video_p25_watched_actions"]
    rows = graph.data(path, fields=fields, **common)
    allowed = {*fields, "date_start", "date_stop"}
    assert all(set(row) <= allowed for row in rows)
    assert any("purchase_roas" not in row for row in rows)
    assert all(row.get("actions") != [] for row in rows)
    # Without fields there is a little of everything.
    for level, names in (
        ("account", {"account_id"}),
        ("adset", {"account_id", "campaign_id", "adset_id"}),
    ):
        (row, *_) = graph.get(path, level=level, date_preset="maximum").json["data"]
        assert set(row) == {*names, "impressions", "spend", "date_start", "date_stop"}
    # What belongs to a lower level is not there.
    (row,) = graph.data(path, fields="ad_id,campaign_name,spend", date_preset="maximum")
    assert set(row) == {"spend", "date_start", "date_stop"}


def test_an_object_answers_for_itself(graph: GraphClient, days: dict[str, str]) -> None:
    by_ad = graph.data(
        f"v26.0/{INDIA}/insights", fields="ad_id,adset_id,campaign_id,spend", level="ad",
        time_range=days,
    )  # fmt: skip
    for level in ("ad", "adset", "campaign"):
        node = by_ad[0][f"{level}_id"]
        (row,) = graph.data(f"v26.0/{node}/insights", fields="spend", time_range=days)
        mine = [Decimal(one["spend"]) for one in by_ad if one[f"{level}_id"] == node]
        assert Decimal(row["spend"]) == sum(mine)


def test_rows_can_be_filtered_and_sorted(graph: GraphClient, days: dict[str, str]) -> None:
    path = f"v26.0/{INDIA}/insights"
    common = {"fields": "ad_id,campaign_id,spend", "level": "ad", "time_range": days}
    rows = graph.data(path, **common)
    campaign = rows[0]["campaign_id"]

    def where(field: str, operator: str, value: object) -> list[Row]:
        condition = {"field": field, "operator": operator, "value": value}
        return graph.data(path, filtering=[condition], **common)

    assert {row["campaign_id"] for row in where("campaign.id", "EQUAL", campaign)} == {campaign}
    assert len(where("ad.id", "IN", [row["ad_id"] for row in rows[:2]])) == 2
    assert where("ad.effective_status", "IN", ["PAUSED"]) == []
    assert len(where("ad.name", "CONTAIN", "video")) == len(rows) / 2
    limit = sorted(Decimal(row["spend"]) for row in rows)[5]
    assert len(where("spend", "GREATER_THAN", float(limit))) == len(rows) - 6
    assert len(where("ad.impressions", "GREATER_THAN", 0)) == len(rows)
    ranked = [Decimal(row["spend"]) for row in graph.data(path, sort="spend_descending", **common)]
    assert ranked == sorted(ranked, reverse=True)


@pytest.mark.parametrize(
    ("parameters", "code", "message"),
    [
        ({"fields": "spend,age", "breakdowns": "age"}, 100, "age is not valid for fields param"),
        ({"fields": "spnd,roas"}, 100, "spnd, roas are not valid for fields param"),
        ({"fields": "labels"}, 100, "labels is not valid for fields param"),
        ({"breakdowns": "colour"}, 100, "breakdowns[0] must be one of the following values: ad_"),
        ({"breakdowns": "impression_device"}, 100, "Current combination of data breakdown columns"),
        ({"breakdowns": "age,country"}, 100, "(action_type, age, country) is invalid"),
        ({"level": "galaxy"}, 100, "level must be one of the following values"),
        ({"time_increment": "91"}, 100, "time_increment must be"),
        ({"date_preset": "lifetime"}, 100, "date_preset must be one of the following values"),
        ({"time_range": "yesterday"}, 100, "time_range must be valid JSON"),
        ({"time_range": {"since": "2026-08-09"}}, 100, "time_range must be an object"),
        ({"time_range": {"since": "2026-08-09", "until": "2026-08-08"}}, 100, "must not be after"),
        ({"time_range": {"since": "2026-8-9", "until": "2026-08-10"}}, 100, "YYYY-MM-DD"),
        ({"time_range": {"since": "2023-07-13", "until": "2026-08-08"}}, 3018, "beyond 37 months"),
        ({"action_attribution_windows": ["3d_click"]}, 100, "action_attribution_windows[0] must"),
        ({"action_report_time": "never"}, 100, "action_report_time must be one of"),
        ({"filtering": [{"field": "mood", "operator": "EQUAL", "value": 1}]}, 100, "mood"),
        ({"filtering": [{"field": "spend", "operator": "LIKE", "value": 1}]}, 100, "operator"),
        ({"sort": "spend"}, 100, "sort spend is not valid"),
        # What the real API can and the sandbox cannot is said openly.
        ({"breakdowns": "zip"}, 100, "The sandbox does not simulate the breakdown zip"),
        ({"action_breakdowns": "action_target_id"}, 100, "without action_type"),
        ({"action_breakdowns": "action_device"}, 100, "The sandbox does not simulate"),
        ({"action_report_time": "conversion"}, 100, "The sandbox does not simulate"),
        ({"default_summary": "true"}, 100, "The sandbox does not simulate default_summary"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    graph: GraphClient, parameters: dict[str, Any], code: int, message: str
) -> None:
    for reply in (
        graph.get(f"v26.0/{INDIA}/insights", **parameters),
        graph.post(f"v26.0/{INDIA}/insights", **parameters),
    ):
        assert reply.status == 400
        error = reply.json["error"]
        assert error["code"] == code
        assert message in error["message"]


def test_words_may_be_quoted_as_in_metas_examples(graph: GraphClient) -> None:
    path = f"v26.0/{INDIA}/insights"
    found = graph.get(
        path,
        level='"campaign"',
        date_preset="maximum",
        filtering='[{field:"ad.impressions",operator:"GREATER_THAN",value:0}]',
    )
    assert len(found.json["data"]) == 3
    ranges = json.dumps({"since": "2026-08-03", "until": "2026-08-04"}).replace('"', "'")
    assert len(graph.data(path, time_range=ranges, time_increment="1")) == 2
