"""All streams at once against the sandbox's CleverTap: faults, kills, limits, and the ledger."""

# ruff: noqa: S603  # the commands are ours
from __future__ import annotations

import random
import signal
import subprocess
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from tap_running import EVERY_STREAM, Output, command, sync
from test_simulator import SOME, settings, start_date, together

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedClevertap

Rows = dict[str, dict[tuple[Any, ...], dict[str, Any]]]


def rows(output: Output) -> Rows:
    """Every stream's records as a target keeps them: by key, without the time of reading."""
    return {
        stream: {
            tuple(record[name] for name in keys if name != "read_at"): {
                name: value for name, value in record.items() if name != "read_at"
            }
            for record in output.records(stream)
        }
        for stream, keys in EVERY_STREAM.items()
    }


def whole(clevertap: SimulatedClevertap, **more: object) -> dict[str, Any]:
    """Settings for all of the small world, in pages that are not too many."""
    first = {"start_date": clevertap.first_day.isoformat(), "batch_size": 460}
    return settings(clevertap, **{**first, **more})


def test_with_a_fifth_of_the_answers_failing_the_records_are_the_same(
    clevertap: SimulatedClevertap,
) -> None:
    some = settings(clevertap, batch_size=460, reconcile_counts="fail", reconcile_tolerance=0)
    expected = rows(sync(some, streams=EVERY_STREAM))
    assert all(expected.values())
    requests = sum(clevertap.stats()["requests"].values())
    clevertap.reset_stats()
    clevertap.fault("random", times=0, per_mille=200, seed=11)
    clevertap.fault("cursor_invalid", times=2, nth=9, method="GET", endpoint="events")
    clevertap.fault("cursor_cycle", times=2, nth=5, length=1)
    clevertap.fault("cursor_cycle", times=2, nth=9, length=3)
    clevertap.fault("not_json", times=5, nth=3)
    output = sync(some, streams=EVERY_STREAM)
    assert rows(output) == expected
    stats = clevertap.stats()
    assert sum(stats["faults"].values()) > requests / 6
    assert {name for name, served in stats["faults"].items() if served} >= {
        "too_many_requests",
        "in_progress",
        "accepted",
        "server_error",
        "truncated",
        "not_json",
        "cursor_invalid",
        "cursor_cycle",
    }
    assert_limits(clevertap)


def assert_limits(clevertap: SimulatedClevertap) -> None:
    """Never more than three at a time, in any family of endpoints."""
    highest = clevertap.stats()["max_in_flight"]
    assert set(highest) == {"events", "profiles", "counts", "message", "targets", "getSchema"}
    assert max(highest.values()) <= 3
    assert not clevertap.stats()["refused"]


@pytest.mark.parametrize("workers", [3, 1])
def test_the_limit_holds_at_every_endpoint(clevertap: SimulatedClevertap, workers: int) -> None:
    clevertap.fault("latency", times=0, seconds=0.01)
    sync(
        whole(clevertap, event_names=SOME, reconcile_counts="fail", max_concurrency=workers),
        streams=EVERY_STREAM,
    )
    assert_limits(clevertap)
    assert max(clevertap.stats()["max_in_flight"].values()) == workers


@pytest.mark.parametrize("seed", [1, 2])
def test_a_killed_run_goes_on_at_its_last_whole_slices(
    clevertap: SimulatedClevertap, seed: int
) -> None:
    some = whole(clevertap, event_names=SOME, lookback_days=0)
    undisturbed = sync(some, streams=EVERY_STREAM)
    chance = random.Random(seed)  # noqa: S311  # a moment, no secret
    clevertap.fault("latency", times=0, seconds=0.01)
    first = killed(some, None, chance.randrange(100, len(undisturbed.lines) * 4 // 5))
    assert_reads_cover_the_state(first, clevertap)
    second = killed(some, first.state, chance.randrange(1, 10))
    clevertap.clear_faults()
    last = sync(some, (second if second.states else first).state, streams=EVERY_STREAM)
    assert rows(together(first, second, last)) == rows(undisturbed)
    asked = {(row["event_name"], row["event_date"]) for row in last.records("events_reads")}
    assert all(day >= first.bookmarks().get(name, "") for name, day in asked)


def killed(some: dict[str, Any], state: dict[str, Any] | None, line: int) -> Output:
    """Run the command until it has written so many lines, then kill it."""
    arguments = command(some, streams=EVERY_STREAM, state=state)
    with subprocess.Popen(
        arguments, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        lines = [text for _, text in zip(range(line), process.stdout, strict=False)]
        process.send_signal(signal.SIGKILL)
        lines += process.stdout.read().splitlines(keepends=True)
    assert process.returncode == -signal.SIGKILL
    return Output([text.rstrip("\n") for text in lines if text.endswith("\n")])


def assert_reads_cover_the_state(output: Output, clevertap: SimulatedClevertap) -> None:
    """Every day up to a bookmark has its row among the complete reads, written before."""
    reads = {(row["event_name"], row["event_date"]) for row in output.records("events_reads")}
    days = {("", row["report_date"]) for row in output.records("message_reports_reads")}
    bookmarks = {**output.bookmarks(), "": output.bookmark("message_reports") or ""}
    for name, reached in bookmarks.items():
        first = clevertap.first_day
        while first.isoformat() <= reached:
            assert (name, first.isoformat()) in reads | days
            first += timedelta(1)


def test_reports_are_the_ledgers(clevertap: SimulatedClevertap) -> None:
    output = sync(whole(clevertap), streams=EVERY_STREAM)
    counted = {
        (row["event_name"], row["event_date"]): row["event_count"]
        for row in output.records("event_trends")
        if row["event_count"]
    }
    assert counted == {
        (row["event_name"], row["event_date"]): int(row["events"])
        for row in clevertap.ledger("clevertap_events")
    }
    people: dict[tuple[str, str], set[str | None]] = {}
    for event in output.events:
        person = event["profile"].get("identity") or event["object_id"]
        people.setdefault((event["event_name"], event["event_date"]), set()).add(person)
    users = {
        (row["event_name"], row["event_date"]): row["user_count"]
        for row in output.records("event_trends")
        if row["user_count"]
    }
    assert users == {slice_: len(found) for slice_, found in people.items()}

    sent = {
        (row["report_date"], row["message_id"]): (row["sent"], row["viewed"], row["clicked"])
        for row in output.records("message_reports")
    }
    ledger = {
        (row["date_day"], row["message_id"]): tuple(
            int(row[name]) for name in ("sent", "viewed", "clicked")
        )
        for row in clevertap.ledger("messages")
    }
    assert sent == ledger
    totals: dict[str, Counter[str]] = {}
    for (_, message_id), numbers in ledger.items():
        totals.setdefault(message_id, Counter()).update(
            dict(zip(("sent", "viewed", "clicked"), numbers, strict=True))
        )
    listed = {row["campaign_id"]: row["status"] for row in output.records("campaigns")}
    assert set(listed) == set(totals)
    results = {row["campaign_id"]: row for row in output.records("campaign_reports")}
    assert set(results) == {number for number, status in listed.items() if status == "completed"}
    assert set(results) < set(listed)  # today's has no result yet
    for number, row in results.items():
        assert row["result"] == dict(totals[number])
        assert {name: row[name] for name in totals[number]} == dict(totals[number])


def test_increments_of_reports_end_like_a_full_read(clevertap: SimulatedClevertap) -> None:
    streams = [s for s in EVERY_STREAM if s.startswith(("message", "campaign", "event_trends"))]
    outputs = [sync(settings(clevertap, event_names=SOME), streams=streams)]
    for days in (1, 2):
        clevertap.advance(days)
        some = settings(clevertap, event_names=SOME)
        outputs.append(sync(some, outputs[-1].state, streams=streams))
    whole_read = sync(settings(clevertap, event_names=SOME), streams=streams)
    latest = {
        row["report_date"]: row["read_at"]
        for output in outputs
        for row in output.records("message_reports_reads")
    }
    merged = rows(together(*outputs))
    current = {
        key: {name: value for name, value in row.items() if name != "read_at"}
        for output in outputs
        for row in output.records("message_reports")
        if row["read_at"] == latest[row["report_date"]]
        for key in [(row["message_report_key"],)]
    }
    expected = rows(whole_read)
    assert current == expected["message_reports"]
    for stream in ("event_trends", "campaigns", "campaign_reports"):
        assert merged[stream] == expected[stream]
        assert expected[stream]


def test_devices_are_those_of_the_profiles(clevertap: SimulatedClevertap) -> None:
    output = sync(settings(clevertap), streams=["profiles", "profile_devices"])
    profiles = {row["profile_key"]: row for row in output.records("profiles")}
    devices = {row["device_key"]: row for row in output.records("profile_devices")}
    in_profiles = {
        (key, device["objectId"], device.get("push_token"))
        for key, profile in profiles.items()
        for device in profile["platform_info"]
    }
    assert in_profiles == {
        (row["profile_key"], row["object_id"], row["push_token"]) for row in devices.values()
    }
    assert len(in_profiles) > len(profiles)
    assert all(
        row["read_at"] == profiles[row["profile_key"]]["read_at"] for row in devices.values()
    )


def test_nothing_is_read_that_was_not_asked_for(clevertap: SimulatedClevertap) -> None:
    day = start_date(clevertap)
    some = settings(clevertap, event_names=["Charged"], end_date=day)
    output = sync(some, streams=EVERY_STREAM)
    assert {row["event_date"] for row in output.records("event_trends")} == {day}
    assert {row["report_date"] for row in output.records("message_reports_reads")} == {day}
    partitions = {stream: output.bookmarks(stream) for stream in ("events", "event_trends")}
    assert partitions == {"events": {"Charged": day}, "event_trends": {"Charged": day}}
    assert output.bookmark("message_reports") == output.bookmark("campaign_reports") == day
