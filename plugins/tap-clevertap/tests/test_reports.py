"""Trends, messages, campaigns: records, slices and state."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from fake_clevertap import FakeClevertap, answer
from tap_running import DAY, FAILED, Output, config, event, sync

from line_tap.errors import GaveUpError
from tap_clevertap.errors import AnswerError

if TYPE_CHECKING:
    from fake_clevertap import Answer, Seen

REPORTS = ["message_reports", "message_reports_reads"]
MESSAGES: list[dict[str, Any]] = [
    {
        "message id": 1457432766,
        "message_name": "Nudge",
        "channel": "push",
        "delivery": "One Time",
        "start_date": "24 Dec, 2017 10:00:00",
        "status": "Completed",
        "sent": 82,
        "viewed": 40,
        "clicked": 3,
        "conversion_event": "Charged",
        "labels": ["a", {"b": 1}],
        "device": "Android, iOS",
        "errors": {"bounced": 2},
    },
    {"message id": "x-1", "sent": "many", "labels": "none", "device": ["iOS"]},
]


def days(api: FakeClevertap, path: str) -> list[tuple[Any, Any]]:
    """The windows that were asked for."""
    bodies = [seen.body for seen in api.seen if seen.path == path and seen.method == "POST"]
    return sorted({(body["from"], body["to"]) for body in bodies})


def trends(output: Output) -> dict[str, tuple[int, int]]:
    return {
        row["event_date"]: (row["event_count"], row["user_count"])
        for row in output.records("event_trends")
    }


def test_trends_count_every_day_of_the_window(api: FakeClevertap) -> None:
    api.add("Charged", 20261029, event(1), event(2), event(1))
    api.add("Charged", 20261031, event(1))
    output = sync(config(api, start_date="2026-10-29"), streams=["event_trends"])
    assert trends(output) == {"2026-10-29": (3, 2), "2026-10-30": (0, 0), "2026-10-31": (1, 1)}
    row = output.records("event_trends")[0]
    assert row["event_name"] == "Charged"
    assert row["read_at"].endswith("+00:00")
    assert output.bookmarks("event_trends") == {"Charged": "2026-10-31"}
    posts = [seen.body for seen in api.seen if seen.path == "/1/counts/trends.json"]
    assert posts == [
        {
            "event_name": "Charged",
            "from": 20261029,
            "to": 20261031,
            "unique": unique,
            "groups": {"daily": {"trend_type": "daily"}},
        }
        for unique in (False, True)
    ]


def test_trends_are_asked_for_a_year_at_a_time(api: FakeClevertap) -> None:
    settings = config(api, start_date="2024-10-31")
    output = sync(settings, streams=["event_trends"])
    asked = days(api, "/1/counts/trends.json")
    assert asked == [(20241031, 20251030), (20251031, 20261030), (20261031, 20261031)]
    assert len(trends(output)) == 731
    api.seen.clear()
    sync(settings, output.state, streams=["event_trends"])
    assert days(api, "/1/counts/trends.json") == [(20261028, 20261031)]  # the look-back


def test_a_partial_answer_is_asked_for_until_it_is_there(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event(1))
    api.reports.partial_answers = 3
    output = sync(config(api), streams=["event_trends"])
    assert trends(output) == {"2026-10-31": (1, 1)}
    polls = [seen.target for seen in api.seen if seen.method == "GET" and "counts" in seen.path]
    assert polls == [f"/1/counts/trends.json?req_id={number}" for number in (1, 1, 1, 2, 2, 2)]


def test_an_answer_that_stays_partial_ends_the_run_in_time(api: FakeClevertap) -> None:
    api.reports.partial_answers = 10_000
    with pytest.raises(GaveUpError, match=r"'Charged' on 2026-10-31.*partial.*max_retry_seconds"):
        sync(config(api, max_retry_seconds=0.1), streams=["event_trends"])
    assert FAILED[0].bookmarks("event_trends") == {}


@pytest.mark.parametrize("words", ["Unknown req_id", "Request id not found", "It has expired"])
def test_a_lost_request_is_made_again(api: FakeClevertap, words: str) -> None:
    api.reports.partial_answers = 1
    lost = answer({"status": "fail", "error": words, "code": 400}, 400)
    api.once(lambda s: "req_id=1" in s.target, lost)
    assert trends(sync(config(api), streams=["event_trends"])) == {"2026-10-31": (0, 0)}
    assert len([seen for seen in api.seen if seen.path == "/1/counts/trends.json"]) == 2 * 2 + 2


def test_a_request_that_is_always_lost_ends_the_run(api: FakeClevertap) -> None:
    api.reports.partial_answers = 1
    api.once(
        lambda s: "req_id" in s.target,
        answer({"status": "fail", "error": "Incorrect Usage", "code": 3}),
        times=1000,
    )
    with pytest.raises(AnswerError, match=r"'Charged' on 2026-10-31.*lost 10 times.*Incorrect"):
        sync(config(api), streams=["event_trends"])


@pytest.mark.parametrize("day", ["202644", "2026W44", "31 Oct"])
def test_a_trend_by_anything_but_days_is_refused(api: FakeClevertap, day: str) -> None:
    api.once(
        lambda s: s.path == "/1/counts/trends.json",
        answer({"status": "success", "daily": {day: 5}}),
    )
    with pytest.raises(AnswerError, match=rf"'Charged' on 2026-10-31.*{day}"):
        sync(config(api), streams=["event_trends"])


def test_a_message_carries_what_the_contract_says(api: FakeClevertap) -> None:
    api.reports.messages["20261031"] = MESSAGES
    output = sync(config(api), streams=REPORTS)
    known, odd = output.records("message_reports")
    (read,) = output.records("message_reports_reads")
    assert len(known["message_report_key"]) == 32
    assert known == {
        "message_report_key": known["message_report_key"],
        "report_date": "2026-10-31",
        "message_id": "1457432766",
        "message_name": "Nudge",
        "channel": "push",
        "delivery": "One Time",
        "device": "Android, iOS",
        "status": "Completed",
        "start_date": "24 Dec, 2017 10:00:00",
        "sent": 82,
        "viewed": 40,
        "clicked": 3,
        "conversion_event": "Charged",
        "labels": ["a", {"b": 1}],
        "extra_fields": {"errors": {"bounced": 2}},
        "read_at": read["read_at"],
    }
    assert odd["message_id"] == "x-1"
    assert odd["sent"] is odd["labels"] is odd["device"] is odd["channel"] is None
    assert odd["extra_fields"] == {"sent": "many", "labels": "none", "device": ["iOS"]}
    assert read == {"report_date": "2026-10-31", "read_at": known["read_at"], "rows": 2}


def test_messages_are_asked_for_day_by_day(api: FakeClevertap) -> None:
    settings = config(api, start_date="2026-10-20")
    output = sync(settings, streams=REPORTS)
    asked = [seen.body for seen in api.seen if seen.path == "/1/message/report.json"]
    assert sorted(body["from"] for body in asked) == [f"202610{day}" for day in range(20, 32)]
    assert all(body == {"from": body["from"], "to": body["from"], "daily": False} for body in asked)
    assert len(output.records("message_reports_reads")) == 12
    assert output.bookmark("message_reports") == "2026-10-31"
    api.seen.clear()
    again = sync(settings, output.state, streams=REPORTS)
    assert [first for first, _ in days(api, "/1/message/report.json")] == [
        f"202610{day}" for day in range(28, 32)
    ]
    assert again.state == output.state


def test_equal_messages_are_kept_apart_whatever_their_order(api: FakeClevertap) -> None:
    twins: list[dict[str, Any]] = [
        {"message id": 1, "channel": "push", "device": "iOS"},
        {"message id": 1, "channel": "push", "device": "Android"},
        {"message id": 1, "channel": "push", "device": "iOS", "sent": 4},
    ]

    def keys(*order: int) -> set[str]:
        api.reports.messages["20261031"] = [twins[place] for place in order]
        found = sync(config(api), streams=REPORTS).records("message_reports")
        return {row["message_report_key"] for row in found}

    assert len(keys(0, 1, 2)) == 3
    assert keys(0, 1, 2) == keys(2, 1, 0)
    assert keys(0) < keys(0, 1, 2)


def test_a_day_without_messages_is_read_too(api: FakeClevertap) -> None:
    api.once(
        lambda s: s.path == "/1/message/report.json",
        answer({"status": "success", "total_results": 0}),
    )
    output = sync(config(api), streams=REPORTS)
    assert [row["rows"] for row in output.records("message_reports_reads")] == [0]


def test_campaigns_are_read_whole_in_windows_of_31_days(api: FakeClevertap) -> None:
    api.reports.add_campaign(1, 20260815, {"sent": 3})
    api.reports.campaigns.append(
        {"id": "c-2", "scheduled_on": "20261031 10:00", "name": None, "new": 1}
    )
    api.reports.campaigns[1]["scheduled_on"] = 20261031
    settings = config(api, start_date="2026-08-15")
    for _ in range(2):
        api.seen.clear()
        output = sync(settings, streams=["campaigns"])
        first, second = sorted(output.records("campaigns"), key=lambda row: row["campaign_id"])
        assert first == {
            "campaign_id": "1",
            "name": "Campaign 1",
            "scheduled_on": "20260815",
            "status": "completed",
            "extra_fields": None,
            "read_at": first["read_at"],
        }
        assert (second["campaign_id"], second["name"], second["extra_fields"]) == (
            "c-2",
            None,
            {"new": 1},
        )
        assert days(api, "/1/targets/list.json") == [
            (20260815, 20260914),
            (20260915, 20261015),
            (20261016, 20261031),
        ]


def test_a_window_without_campaigns_may_have_no_list(api: FakeClevertap) -> None:
    api.once(lambda s: s.path == "/1/targets/list.json", answer({"status": "success"}))
    assert sync(config(api), streams=["campaigns"]).records("campaigns") == []


@pytest.mark.parametrize("campaign", [{"name": "x"}, {"id": None}, {"id": {"a": 1}}])
@pytest.mark.parametrize("stream", ["campaigns", "campaign_reports"])
def test_a_campaign_without_id_is_a_named_error(
    api: FakeClevertap, stream: str, campaign: dict[str, Any]
) -> None:
    api.once(
        lambda s: s.path == "/1/targets/list.json",
        answer({"status": "success", "targets": [campaign]}),
    )
    with pytest.raises(AnswerError, match=r"campaign of 2026-10-31 that has no id"):
        sync(config(api), streams=[stream])


def test_campaign_reports_hold_the_whole_result(api: FakeClevertap) -> None:
    api.reports.add_campaign(1, DAY, {"sent": 82, "clicked": 3, "revenue": {"INR": 1.50}})
    api.reports.add_campaign(2, DAY, {"viewed": "n/a"})
    output = sync(config(api, max_concurrency=1), streams=["campaign_reports"])
    first, second = output.records("campaign_reports")
    assert first == {
        "campaign_id": "1",
        "sent": 82,
        "viewed": None,
        "clicked": 3,
        "result": {"sent": 82, "clicked": 3, "revenue": {"INR": 1.5}},
        "read_at": first["read_at"],
    }
    assert (second["viewed"], second["result"]) == (None, {"viewed": "n/a"})


def test_only_the_campaigns_of_31_days_are_asked_again(api: FakeClevertap) -> None:
    for number, day in enumerate((20260801, 20260929, 20260930, 20261031), start=1):
        api.reports.add_campaign(number, day, {"sent": number})
    settings = config(api, start_date="2026-08-01")
    first = sync(settings, streams=["campaign_reports"])
    assert len(first.records("campaign_reports")) == 4
    assert first.bookmark("campaign_reports") == "2026-10-31"
    second = sync(settings, first.state, streams=["campaign_reports"])
    assert {row["campaign_id"] for row in second.records("campaign_reports")} == {"3", "4"}


NO_RESULT = {
    "409": answer({"status": "fail", "error": "Conflict", "code": 409}, 409),
    "409 in progress": answer({"status": "fail", "error": "Campaign in progress"}, 409),
    "409 without JSON": answer("", 409),
    "500": answer({"status": "fail", "error": "This target has no result as of yet"}, 500),
    "200": answer({"status": "success", "error": "This target hasn't been completed", "code": 200}),
    "200 in other words": answer({"status": "fail", "error": "Campaign has not completed"}),
}


@pytest.mark.parametrize("reply", NO_RESULT.values(), ids=list(NO_RESULT))
def test_a_campaign_without_result_is_left_out_and_named(
    api: FakeClevertap, caplog: pytest.LogCaptureFixture, reply: Answer
) -> None:
    caplog.set_level(logging.INFO)
    api.reports.add_campaign(77, DAY, {"sent": 1})
    api.reports.add_campaign(78, DAY, {"sent": 2})
    api.once(lambda s: s.body.get("id") == 77, reply)
    output = sync(config(api), streams=["campaign_reports"])
    assert [row["campaign_id"] for row in output.records("campaign_reports")] == ["78"]
    assert output.bookmark("campaign_reports") == "2026-10-31"
    assert len([seen for seen in api.seen if seen.body.get("id") == 77]) == 1
    (summary,) = [r.message for r in caplog.records if "left out" in r.message]
    assert summary == "campaign_reports: left out, 1 without a result yet: 77"


def test_state_covers_whole_days_of_messages_only(api: FakeClevertap) -> None:
    def refuse(seen: Seen) -> Answer | None:
        return answer({"status": "fail"}, 400) if seen.body.get("from") == "20261020" else None

    api.faults.append(refuse)
    with pytest.raises(AnswerError, match=r"the messages of 2026-10-20 "):
        sync(config(api, start_date="2026-10-01", max_concurrency=1), streams=REPORTS)
    assert FAILED[0].bookmark("message_reports") == "2026-10-19"
    api.faults.clear()
    api.seen.clear()
    sync(config(api, start_date="2026-10-01", lookback_days=0), FAILED[0].state, streams=REPORTS)
    assert days(api, "/1/message/report.json")[0][0] == "20261019"
