"""The facts' table of errors, row by row, at the endpoints that have no cursors."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cache

import pytest
from fake_clevertap import Answer, FakeClevertap, Seen, answer
from tap_running import DAY, FAILED, Output, config, event, sync
from test_errors import CUT_OFF, TRANSIENT, TRUNCATED, fail

from line_tap.errors import ConfigError, GaveUpError, TapError
from tap_clevertap.errors import AnswerError, CredentialsError


@dataclass(frozen=True)
class Endpoint:
    """How to make the tap ask it, and what its errors should say was asked for."""

    method: str
    path: str
    streams: tuple[str, ...]
    about: str
    settings: dict[str, str] = field(default_factory=dict)

    def is_asked(self, seen: Seen) -> bool:
        return (seen.method, seen.path) == (self.method, self.path)

    def sync(self, api: FakeClevertap, **more: object) -> Output:
        return sync(config(api, **self.settings, **more), streams=self.streams)


EVENTS = ("events", "events_reads")
COUNTED = {"reconcile_counts": "fail"}
ENDPOINTS = [
    Endpoint("POST", "/1/counts/events.json", EVENTS, "'Charged' on 2026-10-31", COUNTED),
    Endpoint("GET", "/1/counts/events.json", EVENTS, "'Charged' on 2026-10-31", COUNTED),
    Endpoint("POST", "/1/counts/trends.json", ("event_trends",), "'Charged' on 2026-10-31"),
    Endpoint("GET", "/1/counts/trends.json", ("event_trends",), "'Charged' on 2026-10-31"),
    Endpoint(
        "POST",
        "/1/message/report.json",
        ("message_reports", "message_reports_reads"),
        "messages of 2026-10-31",
    ),
    Endpoint("POST", "/1/targets/list.json", ("campaigns",), "campaigns of 2026-10-31"),
    Endpoint("POST", "/1/targets/result.json", ("campaign_reports",), "campaign 7"),
    Endpoint("POST", "/1/profiles.json", ("profiles",), "'App Launched' on 2026-10-31"),
    Endpoint("GET", "/1/profiles.json", ("profiles",), "'App Launched' on 2026-10-31"),
]
each_endpoint = pytest.mark.parametrize(
    "endpoint", ENDPOINTS, ids=[f"{one.method} {one.path}" for one in ENDPOINTS]
)
OF_ANY_ANSWER = {
    name: reply
    for name, reply in TRANSIENT.items()
    if name not in {"no UTF-8", "records null", "records object", "wrong type", "endless nesting"}
    and "cursor" not in name
}


@pytest.fixture(autouse=True)
def _filled(api: FakeClevertap) -> None:
    fill(api)


def fill(api: FakeClevertap) -> None:
    api.page_size = 1
    api.add("Charged", DAY, event(1), event(2))
    api.profiles[("App Launched", DAY)] = [b'{"identity":"i-1","platformInfo":[]}']
    api.reports.partial_answers = 2
    api.reports.messages[str(DAY)] = [{"message id": 7, "sent": 3}]
    api.reports.add_campaign(7, DAY, {"sent": 3})


Rows = list[dict[str, object]]


def without_times(output: Output, streams: tuple[str, ...]) -> Rows:
    rows = [row for stream in streams for row in output.records(stream)]
    return [{name: row[name] for name in row if name != "read_at"} for row in rows]


@cache
def undisturbed(place: int) -> tuple[Rows, int]:
    """The records of a run without trouble, and how often it asks the endpoint."""
    endpoint = ENDPOINTS[place]
    with FakeClevertap() as api:
        fill(api)
        rows = without_times(endpoint.sync(api), endpoint.streams)
        return rows, len([seen for seen in api.seen if endpoint.is_asked(seen)])


def check(api: FakeClevertap, endpoint: Endpoint, more_requests: int, **settings: object) -> None:
    """Run; the records are those without trouble, at the price of so many requests more."""
    rows, asked = undisturbed(ENDPOINTS.index(endpoint))
    assert rows
    assert without_times(endpoint.sync(api, **settings), endpoint.streams) == rows
    assert len([seen for seen in api.seen if endpoint.is_asked(seen)]) == asked + more_requests


@each_endpoint
@pytest.mark.parametrize("reply", OF_ANY_ANSWER.values(), ids=list(OF_ANY_ANSWER))
def test_what_may_pass_is_tried_again(
    api: FakeClevertap, endpoint: Endpoint, reply: Answer
) -> None:
    api.once(endpoint.is_asked, reply, times=2)
    check(api, endpoint, 2)


MISSHAPEN: dict[str, list[dict[str, object]]] = {
    "/1/counts/events.json": [{"count": None}, {"count": "7"}, {"count": {}}],
    "/1/counts/trends.json": [{"foo": {}}, {"daily": []}, {"daily": {"20261031": "x"}}],
    "/1/message/report.json": [
        {"messages": None},
        {"messages": {}},
        {"messages": [1]},
        {"messages": [{}], "total_results": 2},
    ],
    "/1/targets/list.json": [{"targets": {}}, {"targets": ["x"]}],
    "/1/targets/result.json": [{"result": None}, {"result": 7}, {"results": {}}],
    "/1/profiles.json": [{"records": None, "cursor": 1}],
}


@each_endpoint
def test_an_answer_of_another_shape_is_no_empty_one(api: FakeClevertap, endpoint: Endpoint) -> None:
    for shape in MISSHAPEN[endpoint.path]:
        api.once(endpoint.is_asked, answer({"status": "success", **shape}))
    check(api, endpoint, len(MISSHAPEN[endpoint.path]))


@each_endpoint
@pytest.mark.parametrize("status", [None, "partial", "odd"])
def test_an_answer_without_success_is_none(
    api: FakeClevertap, endpoint: Endpoint, status: str | None
) -> None:
    """Also a `partial` one without `req_id`, or where there is nothing to wait for."""
    good = {"count": 2, "daily": {}, "messages": [], "targets": [], "result": {}, "cursor": "x"}
    api.once(endpoint.is_asked, answer({"status": status, **good}))
    check(api, endpoint, 1)


@each_endpoint
@pytest.mark.parametrize("reply", [fail("An unknown error occurred", status=500), TRUNCATED])
def test_what_does_not_pass_ends_the_run_in_time(
    api: FakeClevertap, endpoint: Endpoint, reply: Answer
) -> None:
    api.once(endpoint.is_asked, reply, times=10_000)
    with pytest.raises(GaveUpError, match=rf"{endpoint.about} .*max_retry_seconds"):
        endpoint.sync(api, max_retry_seconds=0.05)
    assert FAILED[0].records(endpoint.streams[-1]) == []
    assert "replication_key_value" not in str(FAILED[0].states)


@each_endpoint
def test_a_time_out_is_tried_again(api: FakeClevertap, endpoint: Endpoint) -> None:
    hanging = {**CUT_OFF.headers, "X-Hang": "1"}
    api.once(endpoint.is_asked, Answer(b"", headers=hanging))
    check(api, endpoint, 1, request_timeout=0.2)


@each_endpoint
@pytest.mark.parametrize(
    ("reply", "error", "words"),
    [
        (fail("Account ID is not valid", status=401), CredentialsError, "settings account_id"),
        (fail("Invalid Credentials", 401), CredentialsError, "Invalid Credentials"),
        (fail("Invalid date range", 400, 400), AnswerError, "Invalid date range"),
        (fail("Forbidden for you", 403, 403), AnswerError, "Forbidden for you"),
        (Answer(b"<h1>Not Found</h1>", 404), AnswerError, "HTTP 404"),
        (fail("Method Not Allowed", 405, 405), AnswerError, "Method Not Allowed"),
        (fail("Something else", 77), AnswerError, "Something else"),
    ],
)
def test_a_refusal_ends_the_run_with_the_apis_words(
    api: FakeClevertap, endpoint: Endpoint, reply: Answer, error: type[TapError], words: str
) -> None:
    api.once(endpoint.is_asked, reply)
    with pytest.raises(error, match=words) as caught:
        endpoint.sync(api)
    assert error is CredentialsError or endpoint.about in str(caught.value)
    assert len([seen for seen in api.seen if endpoint.is_asked(seen)]) == 1


@pytest.mark.parametrize("endpoint", [one for one in ENDPOINTS if "counts" in one.path])
def test_an_unknown_event_names_the_setting(api: FakeClevertap, endpoint: Endpoint) -> None:
    api.once(endpoint.is_asked, answer(["Invalid event : Charged"]))
    with pytest.raises(ConfigError, match=r"'Charged'.*Invalid event : Charged.*event_names"):
        endpoint.sync(api)


def test_an_event_whose_trend_is_not_given_is_left_out(
    api: FakeClevertap, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    api.once(
        lambda s: "trends" in s.path and s.body.get("event_name") == "Secret",
        fail("Export not allowed for this event", 400, 400),
    )
    output = sync(config(api, event_names=["Secret", "Charged"]), streams=["event_trends"])
    assert {row["event_name"] for row in output.records("event_trends")} == {"Charged"}
    assert output.bookmarks("event_trends") == {"Charged": "2026-10-31"}
    assert "event_trends: left out, not exported: 'Secret'" in [r.message for r in caplog.records]


def test_messages_cannot_be_left_out(api: FakeClevertap) -> None:
    """What is no event's cannot be skipped as one: it would be the whole stream."""
    api.once(
        lambda s: s.path == "/1/message/report.json",
        fail("Export not allowed for this event", 400, 400),
    )
    with pytest.raises(AnswerError, match="messages of 2026-10-31"):
        sync(config(api), streams=["message_reports"])
