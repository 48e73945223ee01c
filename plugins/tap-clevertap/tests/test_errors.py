"""The facts' table of errors, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fake_clevertap import Answer, FakeClevertap, Seen, answer
from tap_running import DAY, FAILED, config, errors, event, run, sync

from line_tap.errors import ConfigError, GaveUpError
from tap_clevertap.errors import AnswerError, CredentialsError

if TYPE_CHECKING:
    from collections.abc import Callable


def is_post(seen: Seen) -> bool:
    return seen.method == "POST"


def is_page(seen: Seen) -> bool:
    return seen.is_page


def fail(error: object, code: int | None = None, status: int = 200) -> Answer:
    body = {"status": "fail", "error": error, **({"code": code} if code is not None else {})}
    return answer(body, status)


TRUNCATED = Answer(b'{"status":"success","records":[{"pro')
CUT_OFF = Answer(b'{"status":"suc', headers={"Content-Length": "5000"})

TRANSIENT = {
    "429": fail("Too many concurrent requests", status=429),
    "429 without JSON": Answer(b"slow down", 429),
    "200 too many": fail("Too many requests"),
    "200 code 429": fail("Limit", 429),
    "200 code 2": fail("Request still in progress, please retry later", 2),
    "202": answer({"status": "partial"}, 202),
    "202 success": answer({"status": "success"}, 202),
    "500": fail("An unknown error occurred", status=500),
    "503 HTML": Answer(b"<html>maintenance</html>", 503),
    "200 code 500": fail("An unknown error occurred", 500),
    "truncated": TRUNCATED,
    "cut off": CUT_OFF,
    "no JSON": Answer(b"<html>hello</html>"),
    "empty": Answer(b""),
    "no UTF-8": Answer(b'{"status":"success","records":[{"ts":20261031101500,"x":"\xff"}]}'),
    "no status": answer({}),
    "records null": answer({"status": "success", "records": None}),
    "records object": answer({"status": "success", "records": {}}),
    "wrong type": answer({"status": "success", "next_cursor": 12}),
    "cursor with a space": answer({"status": "success", "next_cursor": "a b", "cursor": "a b"}),
    "endless nesting": Answer(b'{"status":"success","records":' + b"[" * 5000),
}


@pytest.mark.parametrize("reply", TRANSIENT.values(), ids=list(TRANSIENT))
@pytest.mark.parametrize("when", [is_post, is_page])
def test_what_may_pass_is_tried_again(
    api: FakeClevertap, when: Callable[[Seen], bool], reply: Answer
) -> None:
    api.add("Charged", DAY, *(event(n) for n in range(5)))
    api.once(when, reply, times=2)
    output = sync(config(api))
    assert sorted(e["event_props"]["Order Id"] for e in output.events) == [0, 1, 2, 3, 4]
    (read,) = output.records("events_reads")
    assert read["rows"] == 5
    assert len([s for s in api.seen if when(s)]) == (1 if when is is_post else 4) + 2


@pytest.mark.parametrize("reply", TRANSIENT.values(), ids=list(TRANSIENT))
def test_what_does_not_pass_ends_the_run_in_time(api: FakeClevertap, reply: Answer) -> None:
    api.add("Charged", DAY, event())
    api.once(is_page, reply, times=1000)
    with pytest.raises(GaveUpError, match=r"'Charged' on 2026-10-31 .*max_retry_seconds"):
        sync(config(api, max_retry_seconds=0.05))
    assert FAILED[0].records("events_reads") == []
    assert FAILED[0].bookmarks() == {}


def test_a_time_out_is_tried_again(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event())
    api.once(is_page, Answer(b"", headers={"Content-Length": "100", "X-Hang": "1"}))
    assert len(sync(config(api, request_timeout=0.2)).events) == 1


def test_a_server_that_is_not_there_is_reported(api: FakeClevertap) -> None:
    with pytest.raises(GaveUpError, match=r"Gave up GET http://127.0.0.1:9/getSchema .*refused"):
        sync(config(api, api_url="http://127.0.0.1:9", max_retry_seconds=0))


@pytest.mark.parametrize(
    "reply",
    [
        fail("Incorrect Usage", 3),
        fail("Incorrect Usage", 3, 400),
        fail("Cursor has expired", 400, 400),
        fail("Invalid cursor"),
    ],
)
def test_a_lost_cursor_starts_the_slice_again(api: FakeClevertap, reply: Answer) -> None:
    api.add("Charged", DAY, *(event(n) for n in range(5)))
    api.once(lambda s: s.is_page and len(api.pages) == 3, reply)
    output = sync(config(api))
    assert len(api.posts) == 2
    assert len(output.events) == 4 + 5  # the abandoned read's, then all of them
    (read,) = output.records("events_reads")
    assert read["rows"] == 5
    complete = [e for e in output.events if e["read_at"] == read["read_at"]]
    abandoned = [e for e in output.events if e["read_at"] < read["read_at"]]
    assert len(complete) == 5
    assert len(abandoned) == 4
    assert {e["event_key"] for e in abandoned} <= {e["event_key"] for e in complete}


def test_cursors_that_are_always_lost_end_the_run(api: FakeClevertap) -> None:
    api.once(is_page, fail("Incorrect Usage", 3), times=1000)
    with pytest.raises(AnswerError, match=r"'Charged' on 2026-10-31 .*lost 10 times"):
        sync(config(api))
    assert len(api.posts) == 10


def test_code_3_to_the_post_is_no_lost_cursor(api: FakeClevertap) -> None:
    api.once(is_post, fail("Incorrect Usage", 3))
    with pytest.raises(AnswerError, match="Incorrect Usage"):
        sync(config(api))
    assert len(api.posts) == 1


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_cycle_of_cursors_is_noticed(api: FakeClevertap, length: int) -> None:
    api.add("Charged", DAY, *(event(n) for n in range(4)))
    seen_cursors: list[str] = []

    def cycle(seen: Seen) -> Answer | None:
        if not seen.is_page or len(api.posts) > 1:
            return None
        seen_cursors.append(seen.target.partition("cursor=")[2])
        if len(seen_cursors) == length:
            return answer({"status": "success", "next_cursor": seen_cursors[0], "records": []})
        return None

    api.faults.append(cycle)
    output = sync(config(api))
    assert len(api.posts) == 2
    assert output.records("events_reads")[0]["rows"] == 4


def test_a_run_of_exact_duplicates_is_no_cycle(api: FakeClevertap) -> None:
    api.page_size = 2
    api.add("Charged", DAY, *[event(1)] * 6)
    output = sync(config(api, batch_size=46))
    assert len(api.posts) == 1
    assert len({e["event_key"] for e in output.events}) == 6


def test_an_event_that_is_not_exported_is_left_out(
    api: FakeClevertap, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    api.add("Charged", DAY, event())
    api.faults.append(
        lambda s: (
            fail("Export not allowed for this event", 400, 400)
            if s.body.get("event_name") == "Secret"
            else None
        )
    )
    settings = config(api, event_names=["Secret", "Charged"], start_date="2026-10-01")
    output = sync(settings)
    assert len(output.events) == 1
    assert output.bookmarks() == {"Charged": "2026-10-31"}
    assert {row["event_name"] for row in output.records("events_reads")} == {"Charged"}
    assert len([p for p in api.posts if p["event_name"] == "Secret"]) <= 3
    warnings = [r.message for r in caplog.records if "left out" in r.message]
    assert len(warnings) == 2  # when it happens, and in the summary
    assert "'Secret'" in warnings[-1]


@pytest.mark.parametrize(
    "reply",
    [
        answer(["Invalid event : charged"]),
        fail(["Invalid event : charged"], 400),
        fail("Invalid event : charged", 400, 400),
    ],
)
def test_an_unknown_event_names_the_setting(api: FakeClevertap, reply: Answer) -> None:
    api.once(is_post, reply)
    with pytest.raises(ConfigError, match=r"'charged'.*Invalid event : charged.*event_names"):
        sync(config(api, event_names=["charged"]))
    api.once(is_post, reply)
    with pytest.raises(ConfigError, match=r"'charged'.*profiles_event_name"):
        sync(config(api, profiles_event_name="charged"), streams=["profiles"])


@pytest.mark.parametrize(
    "reply",
    [
        fail("Account ID is not valid", status=401),
        fail("Invalid Credentials", 401),
        Answer(b"Unauthorized", 401),
    ],
)
def test_a_refused_login_names_the_settings(api: FakeClevertap, reply: Answer) -> None:
    api.once(lambda _: True, reply)
    with pytest.raises(CredentialsError, match="account_id, passcode and region"):
        sync(config(api))


def test_a_wrong_passcode_is_one_sentence_and_exit_code_1(api: FakeClevertap) -> None:
    ended = run(config(api, passcode="WRONG-SECRET"))
    assert ended.returncode == 1
    (error,) = errors(ended.stderr)
    assert "Invalid Credentials" in error
    assert "Traceback" not in ended.stderr
    assert "WRONG-SECRET" not in ended.stderr + ended.stdout
    assert '"RECORD"' not in ended.stdout


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (fail("Invalid date range", 400, 400), "Invalid date range"),
        (fail("Forbidden for you", 403, 403), "Forbidden for you"),
        (Answer(b"<h1>Not Found</h1>", 404), "HTTP 404"),
        (fail("Method Not Allowed", 405, 405), "Method Not Allowed"),
        (fail("Something else", 77), "Something else"),
        (fail({"reason": "odd"}), "odd"),
    ],
)
def test_any_other_refusal_ends_the_run_with_the_apis_words(
    api: FakeClevertap, reply: Answer, words: str
) -> None:
    api.once(is_post, reply)
    with pytest.raises(AnswerError, match=words) as caught:
        sync(config(api))
    assert "'Charged' on 2026-10-31" in str(caught.value)
    assert len(api.posts) == 1


def test_retries_are_counted_by_kind(api: FakeClevertap, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    api.once(is_page, TRANSIENT["429"], times=2)
    api.once(is_post, TRANSIENT["500"])
    sync(config(api))
    (line,) = [r.message for r in caplog.records if "tried again" in r.message]
    assert "rate limit 2" in line
    assert "server error 1" in line
    attempts = [r.message for r in caplog.records if "trying again in" in r.message]
    assert len(attempts) == 3
    assert "'Charged' on 2026-10-31" in attempts[0]
