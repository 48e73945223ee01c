"""What the simulator does not do: odd values, odd pages, other clocks; on a small server."""

from __future__ import annotations

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest
from facebook_running import Output, sync

from line_tap.errors import GaveUpError
from tap_facebook.answers import Page, Request
from tap_facebook.errors import AccountsError, LimitError, RetryError
from tap_facebook.limits import INSIGHTS, MANAGEMENT, Usage
from tap_facebook.patience import Trials
from tap_facebook.records import moment, part, text
from tap_facebook.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = tuple[int, dict[str, str], bytes]
ACCOUNT = {"id": "act_1", "account_id": "1", "timezone_name": "Asia/Kolkata"}
ROW = {"date_start": "2026-10-31", "date_stop": "2026-10-31", "account_id": "1", "campaign_id": "2"}
STREAMS = ("adsinsights_mine", "adsinsights_mine_reads")


class Graph:
    """A server that answers as a test says; `asked` is what was asked of it."""

    def __init__(self, insights: Callable[[dict[str, str]], object]) -> None:
        self.insights = insights
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.date = "Sat, 31 Oct 2026 12:00:00 GMT"
        self.url = ""

    def answer(self, path: str, query: dict[str, str]) -> object:
        return ACCOUNT if path.endswith("/act_1") else self.insights(query)

    @contextmanager
    def served(self) -> Iterator[str]:
        graph = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:  # the server's name for it
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                graph.asked.append((parts.path, query, dict(self.headers)))
                found = graph.answer(parts.path, query)
                status, headers, body = (
                    found if isinstance(found, tuple) else (200, {}, json.dumps(found).encode())
                )
                self.send_response_only(status)
                for name, value in {"Date": graph.date, **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Stay quiet."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def read(graph: Graph, streams: tuple[str, ...] = STREAMS, **report: object) -> Output:
    with graph.served() as url:
        graph.url = url
        return sync(
            {
                "access_token": "SECRET",
                "account_id": "1",
                "start_date": "2026-10-31",
                "api_url": url,
                "max_retry_seconds": 0.3,
                "insight_reports_list": [{"name": "mine", "level": "campaign", **report}],
            },
            streams=streams,
        )


def page(*rows: dict[str, Any], after: str | None = None) -> dict[str, Any]:
    paging = {"cursors": {"before": "x", "after": after or "end"}}
    if after:
        paging["next"] = f"https://elsewhere.example/?access_token=SECRET&after={after}"  # type: ignore[assignment]  # as Meta has it
    return {"data": list(rows), "paging": paging}


def test_the_token_is_in_a_header_and_next_is_not_followed() -> None:
    graph = Graph(lambda query: page(ROW) if "after" in query else page(ROW, after="a=b&c"))
    output = read(graph)
    assert len(output.records("adsinsights_mine")) == 2
    assert [query.get("after") for path, query, _ in graph.asked if "insights" in path] == [
        None,
        "a=b&c",
    ]
    for _, query, headers in graph.asked:
        assert "SECRET" not in str(query)
        assert headers["Authorization"] == "Bearer SECRET"


@pytest.mark.parametrize(
    ("date", "last"),
    [
        ("Sat, 31 Oct 2026 18:00:00 GMT", "2026-10-31"),
        ("Sat, 31 Oct 2026 19:00:00 GMT", "2026-11-01"),
    ],
)
def test_today_is_the_accounts_own_by_the_apis_clock(date: str, last: str) -> None:
    graph = Graph(lambda _: page())
    graph.date = date
    assert read(graph).bookmarks("adsinsights_mine") == {"1": last}


def test_values_arrive_as_they_were_written() -> None:
    row = (
        b'{"data":[{"date_start":"2026-10-31","date_stop":"2026-10-31","account_id":"1",\r\n'
        b'"campaign_id":2,"country":null,"impressions":12345678901234567890,"spend":1.10,\n'
        b'"actions":[ {"action_type":"purchase",\r\n "value":"1.0"} ],"unasked":1,'
        b'"campaign_name":"line\\nbreak \\ud83d\\ude00"}]}'
    )
    graph = Graph(lambda _: (200, {}, row))
    (record,) = read(graph, breakdowns=["country"]).records("adsinsights_mine")
    assert record["campaign_id"] == "2"
    assert record["country"] == "unknown"
    assert record["impressions"] == "12345678901234567890"
    assert record["spend"] == "1.10"
    assert record["actions"] == [{"action_type": "purchase", "value": "1.0"}]
    assert record["campaign_name"] == "line\nbreak \U0001f600"
    assert record["clicks"] is None
    assert "unasked" not in record


def test_half_an_emoji_is_no_text() -> None:
    row = json.dumps({**ROW, "campaign_name": "a \ud83d"}).encode()
    graph = Graph(lambda _: (200, {}, b'{"data":[%b]}' % row))
    (record,) = read(graph).records("adsinsights_mine")
    assert record["campaign_name"] == "a \ufffd"


def test_a_row_without_its_id_is_told() -> None:
    row = {name: value for name, value in ROW.items() if name != "campaign_id"}
    with pytest.raises(AccountsError, match="adsinsights_mine without campaign_id"):
        read(Graph(lambda _: page(row)))


def test_cursors_that_go_in_a_circle_end() -> None:
    with pytest.raises(AccountsError, match="begun 5 times, at last 'the cursors go in a circle'"):
        read(Graph(lambda query: page(ROW, after="b" if query.get("after") == "a" else "a")))


def test_a_lost_cursor_begins_the_window_anew() -> None:
    refused = {"error": {"message": "Invalid cursors values", "code": 2642}}
    answers: Iterator[object] = iter(
        [page(ROW, after="a"), (400, {}, json.dumps(refused).encode())]
    )
    output = read(Graph(lambda _: next(answers, page(ROW))))
    first, second = output.records("adsinsights_mine")
    (row,) = output.records("adsinsights_mine_reads")
    assert first["read_at"] < second["read_at"] == row["read_at"]
    assert row["rows"] == 1


def test_an_error_may_come_with_status_200() -> None:
    refused = {"error": {"message": "Bad SECRET here", "code": 190}}
    with pytest.raises(AccountsError, match=r"Bad <...> here.*setting access_token"):
        read(Graph(lambda _: refused))


def test_an_accounts_error_may_come_with_status_200_too() -> None:
    graph = Graph(lambda _: page())
    refused = {"error": {"message": "Not yours", "code": 200}}
    graph.answer = lambda *_: refused  # type: ignore[method-assign]  # for this test
    with pytest.raises(AccountsError, match="Not yours"):
        read(graph)


def test_a_list_whose_cursor_is_lost_is_read_from_its_first_page() -> None:
    refused = {"error": {"message": "Invalid cursors values", "code": 2642}}
    lost: Answer = (400, {}, json.dumps(refused).encode())
    ad = {"account_id": "1", "id": "7"}
    answers: Iterator[object] = iter([page(ad, after="a"), lost])
    output = read(Graph(lambda _: next(answers, page(ad))), streams=("ads",))
    assert [row["id"] for row in output.records("ads")] == ["7", "7"]
    with pytest.raises(AccountsError, match=r"ads\): 'Invalid cursors values'"):
        read(Graph(lambda query: lost if "after" in query else page(ad, after="a")), ("ads",))


def test_redirects_are_not_followed() -> None:
    with pytest.raises(AccountsError, match="HTTP 302"):
        read(Graph(lambda _: (302, {"Location": "http://127.0.0.1:9/"}, b"")))


def test_what_is_no_list_is_tried_again() -> None:
    with pytest.raises(AccountsError, match="malformed answer"):
        read(Graph(lambda _: {"data": "none"}))


def test_a_server_that_is_not_there() -> None:
    settings = {"access_token": "SECRET", "account_id": "1", "start_date": "2026-10-31"}
    with pytest.raises(GaveUpError, match="refused"):
        sync({**settings, "api_url": "http://127.0.0.1:9", "max_retry_seconds": 0.1})


def headers(**values: object) -> dict[str, str]:
    return {name.replace("_", "-"): json.dumps(value) for name, value in values.items()}


@pytest.mark.parametrize(
    ("found", "percent", "wait"),
    [
        ({}, 0, 0),
        (headers(X_App_Usage={"call_count": 28, "total_time": 80, "total_cputime": 9}), 80, 0),
        (
            headers(X_Ad_Account_Usage={"acc_id_util_pct": 9.67, "reset_time_duration": 100}),
            9.67,
            0,
        ),
        (headers(X_Ad_Account_Usage={"acc_id_util_pct": 100, "reset_time_duration": 90}), 100, 90),
        (headers(x_fb_ads_insights_throttle={"app_id_util_pct": 70, "acc_id_util_pct": 8}), 70, 0),
        ({"X-App-Usage": "not JSON"}, 0, 0),
        (
            headers(
                X_Business_Use_Case_Usage={
                    "1": [
                        {"type": INSIGHTS, "call_count": 100, "estimated_time_to_regain_access": 5},
                        {"type": MANAGEMENT, "call_count": 3},
                    ]
                }
            ),
            100,
            300,
        ),
    ],
)
def test_usage_headers(found: dict[str, str], percent: float, wait: float) -> None:
    usage = Usage(found, INSIGHTS)
    assert (usage.percent, usage.wait) == (percent, wait)


def test_the_pause_grows_towards_the_limit() -> None:
    def pause(percent: float) -> float:
        return Usage(headers(X_App_Usage={"call_count": percent}), INSIGHTS).pause(75)

    assert pause(74) == 0
    assert 0 < pause(75) < pause(85) < pause(99) < pause(100) == 60


def test_time_spent_on_a_limit_is_not_taken_from_retries() -> None:
    config = {"access_token": "SECRET", "account_id": "1", "start_date": "2026-10-31"}
    settings = Settings.from_config({**config, "max_retry_seconds": 0.05})
    trials = Trials(Request("1", "act_1", "the account", Page), settings)
    assert trials.next_wait(RetryError("server error", "x"), 0) <= 0.05
    assert trials.next_wait(LimitError("x"), 60) >= 60
    time.sleep(0.06)
    assert trials.next_wait(RetryError("server error", "x"), 0) <= 0.05
    time.sleep(0.06)
    with pytest.raises(GaveUpError, match="at attempt 4"):
        trials.next_wait(RetryError("server error", "x"), 0)


@pytest.mark.parametrize(
    ("given", "made"),
    [
        (b'"2026-08-03T08:00:00+0530"', b'"2026-08-03T02:30:00Z"'),
        (b"1785724200", b'"2026-08-03T02:30:00Z"'),
        (b'"soon"', b'"soon"'),
        (b"null", b"null"),
    ],
)
def test_moments(given: bytes, made: bytes) -> None:
    assert moment(given) == made


def test_parts_of_keys() -> None:
    assert part(b'{"text":"a","id":"1"}') == part(b'{"id":"1","text":"a"}')
    assert json.loads(part(b'{"text":"a","id":"1"}')) == '{"id":"1","text":"a"}'
    assert (part(b"null"), part(b'""'), part(b"7")) == (b'"unknown"', b'"unknown"', b'"7"')
    assert text(b"[1]") == b'"[1]"'
