"""Where a run goes on: after another day, after a kill, after a state of another tap."""

from __future__ import annotations

import json
import signal
import subprocess
from collections import Counter
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from googleads_running import FAILED, GLOBAL, IN, Output, command, config, sync

from line_tap.errors import ConfigError, GaveUpError
from tap_googleads.streams.daily import DailyStream
from tap_googleads.windows import Bookmark, Pace, Window

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedGoogleAds

STREAM, READS = "campaign_performance", "campaign_performance_reads"
STREAMS = (STREAM, READS)


def days(output: Output, customer: int = IN) -> list[str]:
    """The days that were read, in the order of their reads."""
    rows = output.records(READS)
    return [row["segments__date"] for row in rows if row["customer__id"] == customer]


def span(first: date, last: date) -> list[str]:
    return [str(day) for day in Window(first, last).days]


def test_all_days_are_read_in_order_and_today_too(googleads: SimulatedGoogleAds) -> None:
    output = sync(config(googleads), *STREAMS)
    for customer in (IN, GLOBAL):
        assert days(output, customer) == span(googleads.first_day, googleads.clock)
    now = str(googleads.clock)
    assert output.bookmarks(STREAM) == {IN: (now, now), GLOBAL: (now, now)}


def test_the_next_run_looks_back(moving: SimulatedGoogleAds) -> None:
    settings = config(moving, lookback_days=3)
    first = sync(settings, *STREAMS)
    moving.advance(2)
    second = sync(settings, *STREAMS, state=first.state)
    before = moving.clock - timedelta(days=2)
    assert days(second) == span(before - timedelta(days=3), moving.clock)


def test_records_come_before_their_reads_and_these_before_the_state(
    googleads: SimulatedGoogleAds,
) -> None:
    output = sync(config(googleads), *STREAMS)
    kinds = [(m["type"], m.get("stream")) for m in output.messages]
    last_record = max(n for n, kind in enumerate(kinds) if kind == ("RECORD", STREAM))
    assert kinds[last_record + 1] == ("RECORD", READS)
    assert kinds[-1] == ("STATE", None)
    read: Counter[int] = Counter()
    for message in output.messages:
        if message["type"] == "RECORD" and message["stream"] == READS:
            read[message["record"]["customer__id"]] += 1
        if message["type"] == "STATE":
            marks = Output([json.dumps(message)]).bookmarks(STREAM)
            assert set(marks) == set(read)


def test_a_range_is_kept_to(googleads: SimulatedGoogleAds) -> None:
    first = googleads.first_day + timedelta(days=2)
    settings = config(googleads, start_date=str(first), end_date=f"{first}T00:00:00Z")
    output = sync(settings, *STREAMS)
    assert days(output) == [str(first)]
    assert output.bookmarks(STREAM)[IN] == (str(first), str(googleads.clock))


def test_after_a_failure_finished_windows_are_not_read_again(
    googleads: SimulatedGoogleAds, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DailyStream, "most_days", 2)
    settings = config(googleads, lookback_days=0, max_retry_seconds=0)
    googleads.fault("internal", times=1, nth=4, resource="campaign", customer_id=str(IN))
    with pytest.raises(GaveUpError):
        sync(settings, *STREAMS)
    broken = FAILED[0]
    third = googleads.first_day + timedelta(days=5)
    assert days(broken) == span(googleads.first_day, third)
    today = str(googleads.clock)
    assert broken.bookmarks(STREAM) == {IN: (str(third), today), GLOBAL: (today, today)}
    rest = sync(settings, *STREAMS, state=broken.state)
    assert days(rest) == span(third + timedelta(days=1), googleads.clock)
    assert days(rest, GLOBAL) == [today]


def test_a_backfill_of_37_months_goes_on_where_it_broke_off(
    googleads: SimulatedGoogleAds,
) -> None:
    start = googleads.clock - timedelta(days=37 * 30)
    settings = config(googleads, customer_ids=[str(IN)], start_date=str(start), max_retry_seconds=0)
    googleads.fault("internal", times=1, nth=4, resource="campaign")
    with pytest.raises(GaveUpError):
        sync(settings, *STREAMS)
    broken = FAILED[0]
    assert days(broken) == span(start, start + timedelta(days=31 + 62 + 124 - 1))
    googleads.reset_stats()
    rest = sync(settings, *STREAMS, state=broken.state)
    assert days(broken) + days(rest) == span(start, googleads.clock)
    assert googleads.stats()["requests"]["googleAds:searchStream"] == 1 + 6
    whole = sync(config(googleads, customer_ids=[str(IN)]), *STREAMS)
    assert len(rest.records(STREAM)) == len(whole.records(STREAM)) > 20


def test_a_kill_leaves_whole_lines_and_a_state_to_go_on_from(
    googleads: SimulatedGoogleAds,
) -> None:
    googleads.fault("timeout", times=1, nth=1, seconds=20.0, resource="keyword_view")
    names = (*STREAMS, "keyword_performance", "keyword_performance_reads")
    process = subprocess.Popen(  # noqa: S603  # our own command
        command(config(googleads), *names), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout
    lines = []
    for line in process.stdout:
        lines.append(line.decode())
        if b'"keyword_performance_reads"' in line:
            process.send_signal(signal.SIGTERM)
            break
    rest, log = process.communicate(timeout=20)
    assert process.returncode == 128 + signal.SIGTERM
    assert b"Stopped by SIGTERM" in log
    output = Output([*lines, *rest.decode().splitlines()])
    assert len(output.bookmarks(STREAM)) == 2
    assert not output.bookmarks("keyword_performance")
    assert not output.records("keyword_performance_reads")


@pytest.mark.parametrize(
    ("state", "first"),
    [
        ({}, "2026-01-01"),
        ({"replication_key_value": "2026-08-20", "begun_on": "2026-08-20"}, "2026-07-21"),
        # A backfill that was killed: its finished days were final when they were read.
        ({"replication_key_value": "2026-03-05", "begun_on": "2026-08-20"}, "2026-03-06"),
        # Killed in the look-back: some of what was read was not final.
        ({"replication_key_value": "2026-08-10", "begun_on": "2026-08-20"}, "2026-07-21"),
        ({"replication_key_value": "2026-08-20"}, "2026-07-21"),  # of another tap
        ({"replication_key_value": "2026-08-20T00:00:00+00:00"}, "2026-07-21"),
        ({"replication_key_value": "2026-01-05", "begun_on": "2026-01-09"}, "2026-01-01"),
    ],
)
def test_where_a_reading_begins(state: dict[str, Any], first: str) -> None:
    found = Bookmark(state, "x").first_day(date(2026, 1, 1), 30)
    assert str(found) == first


def test_a_state_that_is_no_day_is_named() -> None:
    with pytest.raises(ConfigError, match="campaigns of 1 is 'soon', not a day"):
        Bookmark({"replication_key_value": "soon"}, "campaigns of 1").first_day(date.min, 1)


def test_the_pace_follows_what_comes() -> None:
    pace, first, last = Pace(), date(2026, 1, 1), date(2030, 1, 1)
    lengths = []
    for size in (1000, 1000, 1000, 30 << 20, 10 << 20):
        window = pace.window(first, last)
        lengths.append(len(window.days))
        pace.came(window, size)
    assert lengths == [31, 62, 124, 248, 124]
    pace.too_much(pace.window(first, last))
    assert len(pace.window(first, last).days) == 62
    assert len(pace.window(last, last).days) == 1
