import http.client
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from sandbox.clevertap.faults import KINDS, TRANSIENT
from sandbox.plain_client import Client, Reply
from sandbox.simulated import SimulatedClevertap

LAUNCHED = "App Launched"
# HTTP status, error, code.
ANSWERS = {
    "too_many_requests": (429, "Too many concurrent requests", 429),
    "too_many_requests_200": (200, "Too many requests", 1),
    "in_progress": (200, "Request still in progress, please retry later", 2),
    "server_error": (500, "An unknown error occurred", 500),
    "unavailable": (503, "Service Unavailable", 503),
    "cursor_invalid": (200, "Incorrect Usage", 3),
    "export_not_allowed": (400, "Export not allowed for this event", 400),
    "invalid_event": (200, [f"Invalid event : {LAUNCHED}"], 400),
    "invalid_account": (401, "Account ID is not valid", 401),
    "invalid_credentials": (401, "Invalid Credentials", 401),
    "bad_dates": (400, "Invalid date range", 400),
    "forbidden": (403, "Forbidden", 403),
    "not_found": (404, "Not Found", 404),
    "method_not_allowed": (405, "Method Not Allowed", 405),
    "other_failure": (200, "Something that no table names", 99),
}
# One of each API, and of each endpoint that is polled.
PATHS = (
    "1/events.json",
    "1/profiles.json",
    "1/profile.json",
    "1/counts/events.json",
    "1/counts/profiles.json",
    "1/counts/trends.json",
    "1/counts/top.json",
    "1/targets/list.json",
    "1/targets/result.json",
    "1/message/report.json",
    "getSchema",
    "1/upload",
    "1/delete/profiles.json",
    "1/demerge/profiles.json",
)
TESTED_BELOW = {
    "accepted",
    "timeout",
    "truncated",
    "not_json",
    "cursor_cycle",
    "records_null",
    "latency",
    "no_result_409",
    "no_result_500",
    "no_result_200",
}


@pytest.fixture
def days(clevertap: SimulatedClevertap) -> tuple[date, date]:
    return clevertap.first_day, clevertap.clock


def test_no_kind_goes_untested() -> None:
    assert set(KINDS) == {*ANSWERS, *TESTED_BELOW}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_fails_comes_once_and_then_all_is_well(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date], kind: str
) -> None:
    clevertap.fault(kind)
    reply = client.open(LAUNCHED, *days)
    status, error, code = ANSWERS[kind]
    assert reply.status == status
    assert reply.json == {"status": "fail", "error": error, "code": code}
    opened = client.open(LAUNCHED, *days).json
    clevertap.fault(kind, method="GET", nth=2)
    page = client.page(opened["cursor"])
    assert page.json["status"] == "success"
    assert client.page(page.json["next_cursor"]).status == status
    assert clevertap.stats()["faults"] == {kind: 2}


def test_accepted_has_no_cursor(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("accepted")
    reply = client.open(LAUNCHED, *days)
    assert (reply.status, reply.json) == (202, {"status": "success"})


def test_a_body_may_break_off(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    cursor = client.open(LAUNCHED, *days).json["cursor"]
    clevertap.fault("truncated")
    with pytest.raises(http.client.IncompleteRead):
        client.page(cursor)
    assert client.page(cursor).json["records"]


def test_a_body_may_be_no_json(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("not_json")
    reply = client.open(LAUNCHED, *days)
    assert reply.status == 200
    assert reply.content.startswith(b"<html>")


def test_a_request_may_hang(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("timeout", times=2)
    body = {"event_name": LAUNCHED, "from": f"{days[0]:%Y%m%d}", "to": f"{days[1]:%Y%m%d}"}
    for _ in range(2):
        with pytest.raises(TimeoutError):
            client.request("POST", "/1/events.json", body, timeout=0.2)
    assert client.request("POST", "/1/events.json", body).json["cursor"]
    clevertap.fault("timeout", seconds=0.1)
    assert client.request("POST", "/1/events.json", body).status == 504


def test_latency_delays_a_true_answer(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("latency", seconds=0.3, times=0)
    begin = time.monotonic()
    assert client.open(LAUNCHED, *days).json["cursor"]
    assert time.monotonic() - begin >= 0.3


@pytest.mark.parametrize("length", [1, 2, 3])
def test_cursors_may_lead_in_a_circle(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date], length: int
) -> None:
    clevertap.fault("cursor_cycle", nth=3, times=0, length=length)
    cursor = client.open(LAUNCHED, *days, "batch_size=23").json["cursor"]
    seen, cursors = [], []
    for _ in range(12):
        cursors.append(cursor)
        page = client.page(cursor).json
        seen.append(str(page["records"]))
        cursor = page["next_cursor"]
    # Two pages go well, then it is a circle of pages that were there before, by the same cursors.
    assert len(set(seen)) == 3
    assert len(set(cursors)) == 3
    clevertap.clear_faults()
    assert client.pages(cursor)


def test_records_may_be_null(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    cursor = client.open(LAUNCHED, *days).json["cursor"]
    clevertap.fault("records_null")
    page = client.page(cursor).json
    assert page["records"] is None
    assert page["next_cursor"]


@pytest.mark.parametrize(
    ("kind", "status", "answer"),
    [
        ("no_result_409", 409, {"status": "fail", "error": "No result yet", "code": 409}),
        (
            "no_result_500",
            500,
            {"status": "fail", "error": "This target has no result as of yet", "code": 500},
        ),
        (
            "no_result_200",
            200,
            {"status": "success", "error": "This target hasn't been completed", "code": 200},
        ),
    ],
)
def test_a_campaign_may_have_no_result_in_three_ways(
    clevertap: SimulatedClevertap, client: Client, kind: str, status: int, answer: object
) -> None:
    clevertap.fault(kind)
    assert client.request("GET", "/getSchema?type=events").status == 200
    reply = client.request("POST", "/1/targets/result.json", {"id": 1})
    assert (reply.status, reply.json) == (status, answer)


def test_a_fault_strikes_only_what_it_is_meant_for(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("unavailable", times=0, endpoint="events", event_name="Charged", method="GET")
    charged = client.open("Charged", *days).json["cursor"]
    launched = client.open(LAUNCHED, *days).json["cursor"]
    assert client.page(launched).status == 200
    assert client.page(charged).status == 503
    profiles = client.open("Charged", *days, family="profiles").json["cursor"]
    assert client.page(profiles, "profiles").status == 200
    clevertap.clear_faults()
    assert client.page(charged).status == 200


def test_an_order_nobody_understands_names_the_kinds(clevertap: SimulatedClevertap) -> None:
    with pytest.raises(ValueError, match=r"unknown kind gremlin.*too_many_requests"):
        clevertap.fault("gremlin")
    with pytest.raises(ValueError, match="tims"):
        clevertap.fault("server_error", tims=3)


def test_orders_can_be_read_back(clevertap: SimulatedClevertap, client: Client) -> None:
    clevertap.fault("server_error", times=3)
    client.request("GET", "/getSchema?type=events")
    (order,) = client.request("GET", "/_sandbox/faults").json
    assert (order["kind"], order["times"], order["served"]) == ("server_error", 3, 1)


def test_random_trouble_is_the_same_for_a_seed(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    kinds = [kind for kind in TRANSIENT if kind != "truncated"]

    def told(seed: int) -> list[int]:
        clevertap.clear_faults()
        clevertap.fault("random", times=0, per_mille=400, seed=seed, kinds=kinds)
        path = "/getSchema?type=events"
        return [
            reply.status if reply.json.get("events") is None else 0
            for reply in (client.request("GET", path) for _ in range(60))
        ]

    first = told(1)
    assert told(1) == first != told(2)
    assert 10 < sum(1 for status in first if status) < 40
    assert len(set(first)) > 4


def test_random_trouble_strikes_everything_but_only_where_it_can(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    cursor = client.open(LAUNCHED, *days).json["cursor"]
    kinds = ["server_error", "records_null", "no_result_409"]
    clevertap.fault("random", times=0, per_mille=1000, kinds=kinds)

    def told(method: str, path: str) -> set[int]:
        return {client.request(method, f"/{path}", {}).status for _ in range(12)}

    assert told("GET", f"1/events.json?cursor={cursor}") == {200, 500}
    for path in PATHS:
        if path == "1/targets/result.json":
            assert told("POST", path) == {409, 500}
        else:
            method = "GET" if path in ("getSchema", "1/profile.json") else "POST"
            assert told(method, path) == {500}
        if path.startswith("1/counts/"):
            assert told("GET", f"{path}?req_id=1") == {500}


def test_a_fourth_request_in_flight_is_one_too_many(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("latency", seconds=0.5, times=4, endpoint="events")
    barrier = threading.Barrier(4)

    def ask(_: int) -> Reply:
        barrier.wait()
        return client.open(LAUNCHED, *days)

    with ThreadPoolExecutor(4) as executor:
        replies = list(executor.map(ask, range(4)))
    assert Counter(reply.status for reply in replies) == {200: 3, 429: 1}
    refused = next(reply for reply in replies if reply.status == 429)
    assert refused.json["error"] == "Too many concurrent requests"
    assert "retry-after" not in refused.headers
    stats = clevertap.stats()
    assert stats["max_in_flight"]["events"] == 4
    assert stats["refused"] == {"events": 1}
    assert stats["in_flight"] == {}


@pytest.mark.parametrize("path", PATHS)
def test_the_most_in_flight_is_counted_for_every_api(
    clevertap: SimulatedClevertap, client: Client, path: str
) -> None:
    family = path.removeprefix("1/").partition("/")[0].partition(".")[0]
    limit = 15 if family == "upload" else 3
    clevertap.fault("latency", seconds=0.2, times=0)

    def at_once(requests: int) -> Counter[int]:
        barrier = threading.Barrier(requests)

        def ask(_: int) -> int:
            barrier.wait()
            return client.request("GET", f"/{path}").status

        with ThreadPoolExecutor(requests) as executor:
            return Counter(executor.map(ask, range(requests)))

    for requests, refused in ((limit, {}), (limit + 1, {family: 1})):
        clevertap.reset_stats()
        assert at_once(requests)[429] == sum(refused.values())
        stats = clevertap.stats()
        assert stats["max_in_flight"] == {family: requests}
        assert stats["refused"] == refused


def test_each_api_has_a_limit_of_its_own(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    clevertap.fault("latency", seconds=0.3, times=0)

    def ask(number: int) -> Reply:
        if number < 3:
            return client.open(LAUNCHED, *days)
        if number < 6:
            return client.open(LAUNCHED, *days, family="profiles")
        return client.request("POST", "/1/upload", {"d": []})

    with ThreadPoolExecutor(21) as executor:
        assert {reply.status for reply in executor.map(ask, range(21))} == {200}


def test_stats_tell_what_was_served(
    clevertap: SimulatedClevertap, client: Client, days: tuple[date, date]
) -> None:
    records = client.records(LAUNCHED, *days)
    stats = clevertap.stats()
    assert stats["requests"] == {"events": 3}
    assert stats["records"] == {"events": len(records)}
    clevertap.reset_stats()
    assert clevertap.stats()["requests"] == {}
