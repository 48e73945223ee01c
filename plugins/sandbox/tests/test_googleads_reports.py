import base64
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from decimal import Decimal
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sandbox.googleads.plain_client import GoogleClient
from sandbox.simulated import SimulatedGoogleAds, serve_googleads

SUMS = "metrics.impressions, metrics.clicks, metrics.cost_micros, metrics.conversions, metrics.conversions_value"  # noqa: E501
# What a report is about, and whether Performance Max is in it.
GRAINS = {
    "customer": ("customer.id", True),
    "campaign": ("campaign.id", True),
    "campaign_budget": ("campaign_budget.id", True),
    "ad_group": ("campaign.id, ad_group.id", False),
    "ad_group_ad": ("campaign.id, ad_group_ad.ad.id", False),
    "keyword_view": ("campaign.id, ad_group_criterion.keyword.text", False),
    "geographic_view": ("campaign.id, geographic_view.country_criterion_id", True),
    "user_location_view": ("campaign.id, user_location_view.targeting_location", True),
    "age_range_view": ("campaign.id, ad_group_criterion.age_range.type", False),
    "gender_view": ("campaign.id, ad_group_criterion.gender.type", False),
}


@pytest.fixture(scope="module")
def google(small_world: Path) -> Iterator[GoogleClient]:
    """Asks a world that no test changes."""
    with serve_googleads(small_world) as api:
        yield GoogleClient(api)


@pytest.fixture
def alone(googleads: SimulatedGoogleAds) -> GoogleClient:
    """Asks a world of the test's own."""
    return GoogleClient(googleads)


def days(api: SimulatedGoogleAds) -> str:
    return f"segments.date BETWEEN '{api.first_day}' AND '{api.clock}'"


def numbers(metrics: dict[str, Any]) -> tuple[Decimal, ...]:
    names = ("impressions", "clicks", "costMicros", "conversions", "conversionsValue")
    found = [Decimal(str(metrics[name])) for name in names]
    found[2] = found[2].scaleb(-6)
    return tuple(found)


def added(rows: Iterable[Any], *path: str) -> dict[str, tuple[Decimal, ...]]:
    """Sums of the five numbers by a value at a path."""
    sums: dict[str, tuple[Decimal, ...]] = {}
    for row in rows:
        value: Any = row
        for step in path:
            value = value[step]
        more = numbers(row["metrics"])
        before = sums.get(value, (Decimal(0),) * len(more))
        sums[value] = tuple(one + other for one, other in zip(before, more, strict=True))
    return sums


def truth(api: SimulatedGoogleAds, customer_id: str) -> dict[tuple[str, str], tuple[Decimal, ...]]:
    names = ("impressions", "clicks", "spend", "conversions", "conversion_value")
    return {
        (row["campaign_id"], row["date_day"]): tuple(Decimal(row[name]) for name in names)
        for row in api.ledger("ad_performance")
        if row["account_id"] == customer_id
    }


def shown(google: GoogleClient, customer_id: str) -> dict[tuple[str, str], tuple[Decimal, ...]]:
    query = f"SELECT campaign.id, segments.date, {SUMS} FROM campaign WHERE {days(google.api)}"  # noqa: S608 - no SQL
    return {
        (row["campaign"]["id"], row["segments"]["date"]): numbers(row["metrics"])
        for row in google.rows(customer_id, query)
    }


def test_campaigns_by_day_are_the_ledger_before_and_after_restatements(
    alone: GoogleClient,
) -> None:
    google, api = alone, alone.api
    for customer_id in api.customer_ids:
        before = shown(google, customer_id)
        assert before == truth(api, customer_id)
    first, last = api.first_day, api.clock
    api.advance(12)
    changed = 0
    for customer_id in api.customer_ids:
        after = shown(google, customer_id)
        assert after == truth(api, customer_id)
        changed += sum(1 for key, value in before.items() if after.get(key) != value)
        assert any(day > str(last) for _, day in after)
        assert min(day for _, day in after) == str(first)
    assert changed


@pytest.mark.parametrize("resource", GRAINS)
@pytest.mark.parametrize("segment", ["segments.date", "segments.device", "segments.week"])
def test_every_grain_adds_up_to_its_campaigns(
    google: GoogleClient, resource: str, segment: str
) -> None:
    names, whole = GRAINS[resource]
    where = f"FROM {resource} WHERE {days(google.api)}"
    customer_id = google.api.customer_ids[0]
    rows = google.rows(customer_id, f"SELECT {names}, {segment}, {SUMS} {where}")
    channel = "campaign.advertising_channel_type"
    above = google.rows(
        customer_id,
        f"SELECT {channel}, {segment}, {SUMS} FROM campaign WHERE {days(google.api)}",  # noqa: S608 - no SQL
    )
    if not whole:
        above = [row for row in above if row["campaign"]["advertisingChannelType"] == "SEARCH"]
    path = ("segments", segment.partition(".")[2])
    assert added(rows, *path) == added(above, *path)


def test_places_add_up_to_their_countries_and_are_known_by_name(google: GoogleClient) -> None:
    customer_id = google.api.customer_ids[1]
    where = f"FROM geographic_view WHERE {days(google.api)}"
    country = "geographic_view.country_criterion_id"
    plain = google.rows(customer_id, f"SELECT {country}, segments.date, {SUMS} {where}")
    fine = google.rows(
        customer_id,
        f"SELECT {country}, segments.date, segments.geo_target_city, {SUMS} {where}",
    )
    path = ("geographicView", "countryCriterionId")
    assert added(fine, *path) == added(plain, *path)
    names = ["id", "name", "country_code", "target_type", "canonical_name", "parent_geo_target"]
    known = {
        row["geoTargetConstant"]["resourceName"]: row["geoTargetConstant"]
        for row in google.rows(
            customer_id,
            f"SELECT geo_target_constant.{', geo_target_constant.'.join(names)} "  # noqa: S608 - no SQL
            "FROM geo_target_constant",
        )
    }
    for row in fine:
        city = known[row["segments"]["geoTargetCity"]]
        parent = f"geoTargetConstants/{row['geographicView']['countryCriterionId']}"
        assert (city["targetType"], city["parentGeoTarget"]) == ("City", parent)
        assert city["canonicalName"] == f"{city['name']},{known[parent]['name']}"


def test_performance_max_is_in_asset_groups_only(google: GoogleClient) -> None:
    customer_id = google.api.customer_ids[0]
    rows = google.rows(
        customer_id,
        f"SELECT campaign.id, asset_group.id, {SUMS} FROM asset_group WHERE {days(google.api)}",  # noqa: S608 - no SQL
    )
    campaigns = google.rows(
        customer_id,
        "SELECT campaign.id, campaign.advertising_channel_type, "  # noqa: S608 - no SQL
        f"{SUMS} FROM campaign WHERE {days(google.api)}",
    )
    whole = [
        row for row in campaigns if row["campaign"]["advertisingChannelType"] == "PERFORMANCE_MAX"
    ]
    assert len(rows) == 2
    assert added(rows, "campaign", "id") == added(whole, "campaign", "id")


def test_search_terms_never_exceed_their_keywords(google: GoogleClient) -> None:
    customer_id = google.api.customer_ids[0]
    where = f"WHERE {days(google.api)}"
    terms = google.rows(
        customer_id,
        "SELECT search_term_view.search_term, segments.date, segments.keyword.info.text, "  # noqa: S608 - no SQL
        f"{SUMS} FROM search_term_view {where}",
    )
    keywords = google.rows(
        customer_id,
        f"SELECT ad_group_criterion.keyword.text, segments.date, {SUMS} FROM keyword_view {where}",  # noqa: S608 - no SQL
    )
    below = added(terms, "segments", "keyword", "info", "text")
    above = added(keywords, "adGroupCriterion", "keyword", "text")
    assert set(below) == set(above)
    assert all(low <= high for name in below for low, high in zip(below[name], above[name]))  # noqa: B905 - alike
    assert sum(row[0] for row in below.values()) < sum(row[0] for row in above.values())
    view = terms[0]["searchTermView"]
    text = view["resourceName"].rpartition("~")[2]
    assert base64.urlsafe_b64decode(text + "==").decode() == view["searchTerm"]


def test_conversions_by_action_add_up_and_leave_the_rest_out(google: GoogleClient) -> None:
    names = "metrics.conversions, metrics.conversions_value, metrics.all_conversions"
    where = f"WHERE {days(google.api)}"
    for customer_id in google.api.customer_ids:
        rows = google.rows(
            customer_id,
            "SELECT campaign.id, segments.date, segments.conversion_action, "  # noqa: S608 - no SQL
            f"segments.conversion_action_name, segments.conversion_action_category, {names} "
            f"FROM campaign {where}",
        )
        (whole,) = google.rows(customer_id, f"SELECT {names} FROM customer {where}")  # noqa: S608
        for name in ("conversions", "conversionsValue", "allConversions"):
            total = sum(Decimal(str(row["metrics"][name])) for row in rows)
            assert total == Decimal(str(whole["metrics"][name]))
        by_name = {row["segments"]["conversionActionName"] for row in rows}
        assert by_name == {"Purchase (web)", "Purchase (app)", "Sign-up"}
        for row in rows:
            if row["segments"]["conversionActionCategory"] == "SIGNUP":
                assert row["metrics"]["conversions"] == 0 < row["metrics"]["allConversions"]
        actions = google.rows(
            customer_id,
            "SELECT conversion_action.name, conversion_action.status, segments.date, "  # noqa: S608 - no SQL
            f"metrics.all_conversions FROM conversion_action {where}",
        )
        assert {row["conversionAction"]["name"] for row in actions} == by_name


def test_hours_and_networks_add_up_to_the_day(google: GoogleClient) -> None:
    customer_id = google.api.customer_ids[1]
    where = f"WHERE {days(google.api)}"
    plain = google.rows(customer_id, f"SELECT segments.date, {SUMS} FROM customer {where}")  # noqa: S608
    fine = google.rows(
        customer_id,
        f"SELECT segments.date, segments.hour, segments.ad_network_type, {SUMS} "  # noqa: S608 - no SQL
        f"FROM customer {where}",
    )
    assert added(fine, "segments", "date") == added(plain, "segments", "date")
    assert {row["segments"]["hour"] for row in fine} == set(range(24))


def test_click_view_tells_each_click_of_one_day(google: GoogleClient) -> None:
    api = google.api
    day = api.first_day + timedelta(days=3)
    customer_id = api.customer_ids[0]
    names = "click_view.gclid, click_view.keyword, campaign.id, segments.device, metrics.clicks"
    clicks = google.rows(
        customer_id,
        f"SELECT {names} FROM click_view WHERE segments.date = '{day}'",  # noqa: S608 - no SQL
    )
    told = {key: value for key, value in truth(api, customer_id).items() if key[1] == str(day)}
    found = Counter(row["campaign"]["id"] for row in clicks)
    assert found == {campaign: int(value[1]) for (campaign, _), value in told.items() if value[1]}
    assert len({row["clickView"]["gclid"] for row in clicks}) == len(clicks)
    assert {row["metrics"]["clicks"] for row in clicks} == {"1"}
    for bad in (
        f"segments.date BETWEEN '{day}' AND '{day + timedelta(days=1)}'",
        "segments.date = '2026-01-01'",
    ):
        reply = google.stream(customer_id, f"SELECT {names} FROM click_view WHERE {bad}")  # noqa: S608
        assert reply.status == 400


def test_change_status_tells_last_changes_and_wants_a_range_and_a_limit(
    google: GoogleClient,
) -> None:
    names = (
        "change_status.resource_name, change_status.resource_type, change_status.resource_status, "
        "change_status.last_change_date_time, change_status.campaign_budget, campaign.id"
    )
    when = "change_status.last_change_date_time"
    customer_id = google.api.customer_ids[0]
    base = f"SELECT {names} FROM change_status"  # noqa: S608 - no SQL
    rows = google.rows(customer_id, f"{base} WHERE {when} BETWEEN '{google.api.first_day}' AND "
                       f"'{google.api.clock} 23:59:59' ORDER BY {when} LIMIT 100")  # fmt: skip
    kinds = Counter(row["changeStatus"]["resourceType"] for row in rows)
    assert kinds["CAMPAIGN"] == kinds["CAMPAIGN_BUDGET"] == 3
    moments = [row["changeStatus"]["lastChangeDateTime"] for row in rows]
    assert moments == sorted(moments)
    for clause, name in (
        ("LIMIT 10", "CHANGE_DATE_RANGE_INFINITE"),
        (f"WHERE {when} >= '2026-08-10' LIMIT 10", "CHANGE_DATE_RANGE_INFINITE"),
        (f"WHERE {when} DURING LAST_7_DAYS", "LIMIT_NOT_SPECIFIED"),
        (f"WHERE {when} DURING LAST_7_DAYS LIMIT 10001", "INVALID_LIMIT_CLAUSE"),
        (f"WHERE {when} BETWEEN '2026-01-01' AND '2026-08-10' LIMIT 5", "START_DATE_TOO_OLD"),
    ):
        error = google.stream(customer_id, f"{base} {clause}").json[0]["error"]
        (inner,) = error["details"][0]["errors"]
        assert inner["errorCode"] == {"changeStatusError": name}


def test_what_was_never_shown_has_zeros_without_segments_and_no_row_with_them(
    google: GoogleClient,
) -> None:
    customer_id = google.api.customer_ids[0]
    where = "FROM campaign WHERE segments.date = '2020-01-01'"
    zeros = google.rows(customer_id, f"SELECT campaign.id, {SUMS}, metrics.ctr {where}")
    assert len(zeros) == 3
    assert zeros[0]["metrics"] == {
        "impressions": "0",
        "clicks": "0",
        "costMicros": "0",
        "conversions": 0,
        "conversionsValue": 0,
    }
    assert not google.rows(customer_id, f"SELECT campaign.id, segments.date, {SUMS} {where}")


def test_json_is_written_as_google_writes_it(google: GoogleClient) -> None:
    customer_id = google.api.customer_ids[0]
    (batch,) = google.stream(
        customer_id,
        "SELECT campaign.id, campaign_budget.amount_micros, campaign.tracking_url_template, "
        "campaign.network_settings.target_content_network, metrics.average_cpc "
        "FROM campaign ORDER BY campaign.id LIMIT 1",
    ).json
    assert batch["fieldMask"] == (
        "campaign.id,campaignBudget.amountMicros,campaign.trackingUrlTemplate,"
        "campaign.networkSettings.targetContentNetwork,metrics.averageCpc"
    )
    assert batch["requestId"]
    (row,) = batch["results"]
    assert row["campaign"] == {
        "resourceName": f"customers/{customer_id}/campaigns/{row['campaign']['id']}",
        "id": row["campaign"]["id"],
        "networkSettings": {"targetContentNetwork": False},
    }
    assert set(row["campaignBudget"]) == {"resourceName", "amountMicros"}
    assert isinstance(row["campaignBudget"]["amountMicros"], str)
    assert isinstance(row["metrics"]["averageCpc"], float)
    bare = google.rows(
        customer_id,
        "SELECT campaign.name FROM campaign PARAMETERS omit_unselected_resource_names=true",
    )
    assert bare[0] == {"campaign": {"name": "IN_Search_Brand"}}
    (empty,) = google.stream(
        customer_id, "SELECT campaign.id FROM campaign WHERE campaign.id = 1"
    ).json
    assert "results" not in empty
    assert empty["fieldMask"] == "campaign.id"


def test_pages_follow_each_other_by_token(alone: GoogleClient) -> None:
    google = alone
    api, customer_id = google.api, google.api.customer_ids[0]
    query = f"SELECT campaign.id, segments.date, {SUMS} FROM campaign WHERE {days(api)}"  # noqa: S608
    whole = google.search(customer_id, query, searchSettings={"returnTotalResultsCount": True})
    assert "nextPageToken" not in whole.json
    rows = whole.json["results"]
    assert int(whole.json["totalResultsCount"]) == len(rows)
    api.page_size(10)
    found, token = [], ""
    while True:
        page = google.search(customer_id, query, pageToken=token).json
        assert len(page["results"]) <= 10
        found += page["results"]
        token = page.get("nextPageToken", "")
        if not token:
            break
    assert found == rows
    batches = google.stream(customer_id, query).json
    assert [row for batch in batches for row in batch["results"]] == rows
    assert len(batches) == len(rows) // 10 + (len(rows) % 10 > 0)
    token = google.search(customer_id, query).json["nextPageToken"]
    other = google.search(customer_id, f"{query} LIMIT 50", pageToken=token)
    assert "INVALID_PAGE_TOKEN" in str(other.json)
    api.move_clock(7300)
    google.headers["authorization"] = f"Bearer {google.token().json['access_token']}"
    assert "EXPIRED_PAGE_TOKEN" in str(google.search(customer_id, query, pageToken=token).json)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"query": "SELECT campaign.id FROM campaign", "pageSize": 100}, "PAGE_SIZE_NOT_SUPPORTED"),
        ({"query": "SELECT campaign.id FROM campaign", "rows": 1}, "Invalid JSON payload"),
        ({"query": 1}, "Invalid JSON payload"),
        ({}, "EXPECTED_SELECT"),
    ],
)
def test_a_wrong_body_is_refused(google: GoogleClient, body: object, words: str) -> None:
    path = f"customers/{google.api.customer_ids[0]}/googleAds:search"
    reply = google.request("POST", path, body)
    assert reply.status == 400
    assert words in str(reply.json)


def test_a_summary_row_sums_up(google: GoogleClient) -> None:
    customer_id = google.api.customer_ids[0]
    query = f"SELECT campaign.id, metrics.clicks FROM campaign WHERE {days(google.api)}"  # noqa: S608
    page = google.search(customer_id, query, search_settings={"returnSummaryRow": True}).json
    total = sum(int(row["metrics"]["clicks"]) for row in page["results"])
    assert page["summaryRow"] == {"metrics": {"clicks": str(total)}}
    (batch,) = google.stream(customer_id, query, summaryRowSetting="SUMMARY_ROW_ONLY").json
    assert batch["summaryRow"] == page["summaryRow"]
    assert "results" not in batch


def test_the_header_date_is_the_worlds(google: GoogleClient) -> None:
    reply = google.search(google.api.customer_ids[0], "SELECT customer.id FROM customer")
    moment = parsedate_to_datetime(reply.headers["date"])
    for zone in ("Asia/Kolkata", "America/New_York"):
        assert moment.astimezone(ZoneInfo(zone)).date() == google.api.clock
