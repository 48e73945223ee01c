"""Campaigns, their results, and messages by day."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest

from sandbox.plain_client import Client, Reply
from sandbox.simulated import SimulatedClevertap

NOTHING: Mapping[str, object] = {}


def listed(client: Client, first: date, last: date) -> Reply:
    return ask(client, "targets/list", first, last)


def ask(
    client: Client, path: str, first: date, last: date, more: Mapping[str, object] = NOTHING
) -> Reply:
    days = {"from": int(f"{first:%Y%m%d}"), "to": int(f"{last:%Y%m%d}")}
    return client.request("POST", f"/1/{path}.json", {**days, **more})


def result(client: Client, number: int) -> Reply:
    return client.request("POST", "/1/targets/result.json", {"id": number})


def told(api: SimulatedClevertap, number: int) -> dict[str, int]:
    """What the ledger knows of a message by now."""
    rows = [row for row in api.ledger("messages") if row["message_id"] == str(number)]
    return {name: sum(int(row[name]) for row in rows) for name in ("sent", "viewed", "clicked")}


def test_campaigns_are_listed_by_the_day_they_were_sent(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    first, last = clevertap.clock - timedelta(days=30), clevertap.clock
    targets = listed(client, first, last).json["targets"]
    messages = {row["message_id"] for row in clevertap.ledger("messages")}
    assert {str(target["id"]) for target in targets} == messages
    one = targets[2]
    day = date.fromisoformat(str(one["scheduled_on"]))
    that_day = listed(client, day, day).json["targets"]
    assert one in that_day
    assert all(target["scheduled_on"] == one["scheduled_on"] for target in that_day)
    assert listed(client, first - timedelta(days=1), last).status == 400


def test_a_result_grows_for_two_days_and_then_stands(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    clevertap.advance((2 - clevertap.clock.weekday()) % 7 or 7)
    today = clevertap.clock
    (target,) = listed(client, today, today).json["targets"]
    assert target["status"] == "running"
    assert result(client, target["id"]).status == 409
    results = []
    for _ in range(4):
        clevertap.advance(1)
        reply = result(client, target["id"]).json["result"]
        assert reply == told(clevertap, target["id"])
        results.append(reply)
    views = [reply["viewed"] for reply in results]
    assert views[0] < views[1] == views[2] == views[3] < results[0]["sent"]
    assert results[3]["clicked"] > 0
    (target,) = listed(client, today, today).json["targets"]
    assert target["status"] == "completed"
    assert result(client, 1).status == 404


def test_a_report_sums_the_days_of_its_window(
    clevertap: SimulatedClevertap, client: Client
) -> None:
    first = clevertap.first_day

    def reported(begin: date, end: date) -> list[dict[str, Any]]:
        answer = ask(client, "message/report", begin, end, {"daily": False}).json
        assert answer["total_results"] == len(answer["messages"])
        found: list[dict[str, Any]] = answer["messages"]
        return found

    days = [first + timedelta(days=number) for number in range(12)]
    singly = [message for day in days for message in reported(day, day)]
    for whole in reported(first, clevertap.clock + timedelta(days=5)):
        parts = [part for part in singly if part["message id"] == whole["message id"]]
        for name in ("sent", "viewed", "clicked"):
            assert whole[name] == sum(part[name] for part in parts)
        assert whole == told(clevertap, whole["message id"]) | {
            name: whole[name] for name in whole if name not in ("sent", "viewed", "clicked")
        }
    before = reported(first, clevertap.clock)
    clevertap.advance(3)
    same = [
        {**message, "status": "completed"} for message in before
    ]  # what is past stays, but for the status
    assert reported(first, clevertap.clock - timedelta(days=3)) == same


def test_a_report_is_by_channel(clevertap: SimulatedClevertap, client: Client) -> None:
    days = clevertap.first_day, clevertap.clock

    def channels(wanted: object) -> set[str]:
        messages = ask(client, "message/report", *days, {"channel": wanted}).json["messages"]
        return {message["channel"] for message in messages}

    assert channels(None) == channels(["push", "email"]) == {"push", "email"}
    assert channels(["push"]) == {"push"}
    assert channels(["sms"]) == channels([]) == set()
    assert ask(client, "message/report", *days, {"channel": "push"}).status == 400
    # Its shape is not documented: the sandbox makes none up.
    assert ask(client, "message/report", *days, {"daily": True}).status == 400


@pytest.mark.parametrize("day", ["20260805", 20260805])
def test_days_are_texts_or_numbers(client: Client, day: object) -> None:
    report = client.request("POST", "/1/message/report.json", {"from": day, "to": day})
    assert report.json["total_results"] > 0


@pytest.mark.parametrize(
    "days",
    [
        {},
        {"from": "20260805"},
        {"from": "2026-08-05", "to": "20260805"},
        {"from": "202685", "to": "20260805"},
        {"from": 20260805.0, "to": "20260805"},
        {"from": "20260806", "to": "20260805"},
    ],
)
def test_other_days_are_refused(client: Client, days: dict[str, object]) -> None:
    for path in ("message/report", "targets/list"):
        assert client.request("POST", f"/1/{path}.json", days).status == 400
