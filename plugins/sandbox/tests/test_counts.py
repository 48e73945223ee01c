"""The counts API: answers that come later, trends, top properties."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from sandbox.plain_client import QUERY, Client, Reply
from sandbox.simulated import SimulatedClevertap

LAUNCHED = "App Launched"
Whole = tuple[date, date]


@pytest.fixture
def whole(clevertap: SimulatedClevertap) -> Whole:
    return clevertap.first_day, clevertap.clock


def asked(client: Client, what: str, days: Whole, **body: object) -> Reply:
    window = {"from": int(f"{days[0]:%Y%m%d}"), "to": int(f"{days[1]:%Y%m%d}")}
    return client.request("POST", f"/1/counts/{what}.json", {**window, **body})


def partial(client: Client, answers: int) -> None:
    client.request("POST", "/_sandbox/counts", {"partial_answers": answers})


def total(api: SimulatedClevertap, name: str) -> int:
    rows = api.ledger("clevertap_events")
    return sum(int(row["events"]) for row in rows if row["event_name"] == name)


def test_counts_come_after_a_while(
    clevertap: SimulatedClevertap, client: Client, whole: Whole
) -> None:
    first = asked(client, "events", whole, event_name=LAUNCHED).json
    assert first["status"] == "partial"
    path = f"/1/counts/events.json?req_id={first['req_id']}"
    there = {"status": "success", "count": total(clevertap, LAUNCHED)}
    # Asking again is harmless: the first answer may have been lost.
    assert [client.request("GET", path).json for _ in range(2)] == [there, there]


@pytest.mark.parametrize("query", ["req_id=1", "req_id=x", ""])
def test_an_answer_that_nobody_asked_for_is_none(client: Client, query: str) -> None:
    assert client.request("GET", f"/1/counts/events.json?{query}").status == 400


def test_a_request_is_polled_where_it_was_made(client: Client, whole: Whole) -> None:
    number = asked(client, "events", whole, event_name=LAUNCHED).json["req_id"]
    assert client.request("GET", f"/1/counts/trends.json?req_id={number}").status == 400
    assert client.request("GET", f"/1/counts/events.json?req_id={number}").status == 200


def test_a_count_may_be_partial_as_often_as_wanted(client: Client, whole: Whole) -> None:
    partial(client, 0)
    answer = asked(client, "profiles", whole, event_name=LAUNCHED).json
    people = client.records(LAUNCHED, *whole, QUERY, "profiles")
    assert answer == {"status": "success", "count": len(people)}
    partial(client, 3)
    number = asked(client, "profiles", whole, event_name=LAUNCHED).json["req_id"]
    path = f"/1/counts/profiles.json?req_id={number}"
    told = [client.request("GET", path).json["status"] for _ in range(3)]
    assert told == ["partial", "partial", "success"]


def test_polls_fail_like_everything_else(client: Client, whole: Whole) -> None:
    partial(client, 2)
    path = asked(client, "trends", whole, event_name=LAUNCHED, groups=daily()).json["req_id"]
    order = {"kind": "random", "times": 0, "per_mille": 1000, "kinds": ["server_error"]}
    client.request("POST", "/_sandbox/faults", order)
    polls = [client.request("GET", f"/1/counts/trends.json?req_id={path}") for _ in range(3)]
    assert {poll.status for poll in polls} == {500}
    client.request("DELETE", "/_sandbox/faults")
    polls = [client.request("GET", f"/1/counts/trends.json?req_id={path}") for _ in range(2)]
    # A poll that failed was none.
    assert [poll.json["status"] for poll in polls] == ["partial", "success"]


def daily() -> dict[str, object]:
    return {"foo": {"trend_type": "daily"}}


PERIODS: list[tuple[str, Callable[[date], str]]] = [
    ("daily", lambda day: f"{day:%Y%m%d}"),
    ("weekly", lambda day: f"{day:%G%V}"),
    ("monthly", lambda day: f"{day:%Y%m}"),
]


@pytest.mark.parametrize(("kind", "period"), PERIODS)
def test_trends_count_events_or_profiles_by_period(
    clevertap: SimulatedClevertap,
    client: Client,
    kind: str,
    period: Callable[[date], str],
) -> None:
    clevertap.advance(20)  # into a second month
    whole = clevertap.first_day, clevertap.clock
    partial(client, 0)
    events: dict[str, list[str]] = defaultdict(list)
    for record in client.records("Product Viewed", *whole):
        profile = record["profile"]
        day = date.fromisoformat(str(record["ts"])[:8])
        events[period(day)].append(profile.get("identity") or profile["objectId"])
    groups = {"foo": {"trend_type": kind}}
    for unique, counted in (
        (False, {name: len(found) for name, found in events.items()}),
        (True, {name: len(set(found)) for name, found in events.items()}),
    ):
        body = {"event_name": "Product Viewed", "groups": groups, "unique": unique}
        assert asked(client, "trends", whole, **body).json == {"status": "success", "foo": counted}


def test_a_day_without_the_event_is_left_out_of_a_trend(client: Client, whole: Whole) -> None:
    partial(client, 0)
    later = whole[1] + timedelta(days=9)
    body = {"event_name": LAUNCHED, "groups": daily()}
    days = asked(client, "trends", (whole[0], later), **body).json["foo"]
    assert max(days) == f"{whole[1]:%Y%m%d}"


def test_trends_have_limits(client: Client, whole: Whole) -> None:
    six = {str(number): {"trend_type": "daily"} for number in range(6)}
    assert asked(client, "trends", whole, event_name=LAUNCHED, groups=six).status == 400
    year = (whole[1] - timedelta(days=366), whole[1])
    assert asked(client, "trends", year, event_name=LAUNCHED, groups=daily()).status == 400
    for body in ({"unique": "yes", "groups": daily()}, {"groups": {"foo": {"trend_type": "x"}}}):
        assert asked(client, "trends", whole, event_name=LAUNCHED, **body).status == 400


def test_top_properties(client: Client, whole: Whole) -> None:
    partial(client, 0)
    groups = {"foo": {"name": "Category", "top_n": 2}}
    top = asked(client, "top", whole, event_name="Category Viewed", groups=groups).json
    records = client.records("Category Viewed", *whole)
    values = [record["event_props"]["Category"] for record in records]
    assert len(top["foo"]["STR"]) == 2
    assert all(values.count(name) == count for name, count in top["foo"]["STR"].items())
