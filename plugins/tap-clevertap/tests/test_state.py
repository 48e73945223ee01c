"""State moves over whole slices only, and a run goes on where the last one was cut off."""

# ruff: noqa: S603  # the commands are ours
from __future__ import annotations

import json
import re
import signal
import subprocess
import time
from typing import TYPE_CHECKING, Any

import pytest
from fake_clevertap import FakeClevertap, answer
from tap_running import FAILED, Output, command, config, event, run, sync

from line_tap.errors import ConfigError
from tap_clevertap.errors import AnswerError

if TYPE_CHECKING:
    from collections.abc import Iterator

OCTOBER = [20261000 + day for day in range(1, 32)]


def fill(
    api: FakeClevertap, name: str = "Charged", days: list[int] = OCTOBER, each: int = 3
) -> None:
    for day in days:
        api.add(name, day, *(event(n, day) for n in range(each)))


def bookmarked(day: str, name: str = "Charged") -> dict[str, Any]:
    partition = {
        "context": {"event_name": name},
        "replication_key": "event_date",
        "replication_key_value": day,
    }
    return {"bookmarks": {"events": {"partitions": [partition]}}}


def asked(api: FakeClevertap) -> list[int]:
    return [post["from"] for post in api.posts]


def test_a_first_run_reads_from_the_start_date_to_the_accounts_today(api: FakeClevertap) -> None:
    api.date = "Fri, 30 Oct 2026 19:00:00 GMT"  # already the 31st in Asia/Kolkata
    output = sync(config(api, start_date="2026-10-29"))
    assert sorted(asked(api)) == [20261029, 20261030, 20261031]
    assert output.bookmarks() == {"Charged": "2026-10-31"}
    assert len(output.records("events_reads")) == 3
    assert {row["rows"] for row in output.records("events_reads")} == {0}


def test_the_day_is_the_accounts_not_utcs(api: FakeClevertap) -> None:
    api.date = "Sat, 31 Oct 2026 18:00:00 GMT"
    sync(config(api))
    assert asked(api) == [20261031]
    api.seen.clear()
    api.date = "Sat, 31 Oct 2026 19:00:00 GMT"
    sync(config(api))
    assert sorted(asked(api)) == [20261031, 20261101]


@pytest.mark.parametrize(("lookback", "first"), [(3, 20261028), (0, 20261031), (40, 20261020)])
def test_the_lookback_reads_days_again(api: FakeClevertap, lookback: int, first: int) -> None:
    settings = config(api, start_date="2026-10-20", lookback_days=lookback)
    output = sync(settings, bookmarked("2026-10-31"))
    assert min(asked(api)) == first
    assert max(asked(api)) == 20261031
    assert output.bookmarks() == {"Charged": "2026-10-31"}


def test_a_new_event_starts_at_the_start_date(api: FakeClevertap) -> None:
    settings = config(api, start_date="2026-10-20", event_names=["Charged", "New"])
    sync(settings, bookmarked("2026-10-31"))
    first = {
        name: min(p["from"] for p in api.posts if p["event_name"] == name)
        for name in ("Charged", "New")
    }
    assert first == {"Charged": 20261028, "New": 20261020}


def test_a_late_event_within_the_lookback_arrives(api: FakeClevertap) -> None:
    fill(api, days=OCTOBER[-3:])
    settings = config(api, start_date="2026-10-29")
    first = sync(settings)
    api.add("Charged", 20261029, event(77, 20261029))
    second = sync(settings, first.state)
    keys = {e["event_key"] for e in first.events}
    (late,) = [e for e in second.events if e["event_key"] not in keys]
    assert late["event_props"]["Order Id"] == 77
    assert keys < {e["event_key"] for e in second.events}


def test_an_end_date_ends_a_backfill(api: FakeClevertap) -> None:
    output = sync(config(api, start_date="2026-10-01", end_date="2026-10-03"))
    assert sorted(asked(api)) == [20261001, 20261002, 20261003]
    assert output.bookmarks() == {"Charged": "2026-10-03"}
    api.seen.clear()
    sync(config(api, start_date="2026-10-31", end_date="2027-01-01"))
    assert asked(api) == [20261031]  # there is no reading tomorrow


def test_a_bookmark_never_moves_back(api: FakeClevertap) -> None:
    failing = config(api, start_date="2026-10-01", lookback_days=9, max_concurrency=1)
    api.faults.append(lambda s: answer({}, 400) if s.body.get("from") == 20261028 else None)
    with pytest.raises(AnswerError):
        sync(failing, bookmarked("2026-10-31"))
    assert min(asked(api)) == 20261022
    assert FAILED[0].bookmarks() == {"Charged": "2026-10-31"}


def test_a_failed_slice_keeps_the_state_of_those_before_it(api: FakeClevertap) -> None:
    fill(api)
    api.faults.append(
        lambda s: (
            answer({"status": "fail", "error": "no such day"}, 400)
            if s.body.get("from") == 20261020
            else None
        )
    )
    with pytest.raises(AnswerError, match=r"'Charged' on 2026-10-20.*no such day"):
        sync(config(api, start_date="2026-10-01"))
    reached = FAILED[0].bookmarks()["Charged"]
    # Days after the 20th may be complete too: state does not jump over the gap.
    assert "2026-10-15" < reached <= "2026-10-19"
    written = {row["event_date"] for row in FAILED[0].records("events_reads")}
    assert {f"2026-10-{day:02d}" for day in range(1, int(reached[-2:]) + 1)} <= written


def states_with_what_came_before(output: Output) -> Iterator[tuple[dict[str, Any], list[Any]]]:
    for at, message in enumerate(output.messages):
        if message["type"] == "STATE":
            yield message["value"], output.messages[:at]


def test_state_follows_the_records_and_the_reads(
    api: FakeClevertap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tap_clevertap.streams.slice_run._STATE_SECONDS", 0.0)
    fill(api)
    output = sync(config(api, start_date="2026-10-01"))
    checked = 0
    for state, before in states_with_what_came_before(output):
        partitions = state["bookmarks"]["events"].get("partitions", [])
        for partition in partitions:
            reached = int(partition["replication_key_value"].replace("-", ""))
            records = [m for m in before if m["type"] == "RECORD"]
            days = {m["record"]["event_date"] for m in records if m["stream"] == "events_reads"}
            assert {d for d in OCTOBER if d <= reached} <= {int(d.replace("-", "")) for d in days}
            rows = [m["record"] for m in records if m["stream"] == "events"]
            assert len([r for r in rows if r["ts"] // 1_000_000 <= reached]) == 3 * (
                reached - 20261000
            )
            checked += 1
    assert checked > 20


def test_state_is_not_written_more_than_once_a_second(api: FakeClevertap) -> None:
    fill(api)
    output = sync(config(api, start_date="2026-10-01"))
    assert len([s for s in output.states if s["bookmarks"].get("events")]) <= 4


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_stopped_run_resumes_at_its_last_whole_slice(
    api: FakeClevertap, number: signal.Signals
) -> None:
    fill(api)
    api.faults.append(lambda s: time.sleep(0.04) if s.is_page else None)
    settings = config(api, start_date="2026-10-01")
    process = subprocess.Popen(
        command(settings), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if '"event_date":"2026-10-1' in line and '"STATE"' in "".join(lines[5:]):
            process.send_signal(number)
            break
    began = time.monotonic()
    rest, log = process.communicate(timeout=20)
    assert time.monotonic() - began < 5
    assert process.returncode == (-9 if number == signal.SIGKILL else 128 + number)
    assert "Traceback" not in log
    lines += rest.splitlines()
    if number == signal.SIGKILL and not lines[-1].rstrip().endswith("}"):
        lines.pop()  # the line that the kill cut
    first = Output([line.rstrip("\n") for line in lines])
    done = first.bookmarks()["Charged"]
    assert "2026-10-01" <= done < "2026-10-31"

    api.faults.clear()
    api.seen.clear()
    second = sync({**settings, "lookback_days": 0}, first.state)
    assert min(asked(api)) == int(done.replace("-", ""))
    both = {e["event_key"] for e in first.events + second.events}
    api.seen.clear()
    assert both == {e["event_key"] for e in sync(settings).events}
    assert len(both) == 31 * 3


def test_a_target_that_leaves_is_one_sentence(api: FakeClevertap) -> None:
    fill(api, each=200)
    with subprocess.Popen(
        command(config(api, start_date="2026-10-01")),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        log = process.stderr.read()
    assert process.returncode == 1
    assert len(re.findall(r"\| ERROR", log)) == 1
    assert "closed the pipe" in log
    assert "Traceback" not in log
    assert "Exception ignored" not in log


def test_an_unreadable_bookmark_is_named(api: FakeClevertap) -> None:
    with pytest.raises(ConfigError, match=r"bookmark of events for 'Charged' is 'soon'"):
        sync(config(api), bookmarked("soon"))


def test_meltanos_state_comes_back_as_it_went(api: FakeClevertap) -> None:
    settings = config(api, event_names=["A", "B"])
    first = sync(settings, streams=["events", "events_reads", "profiles", "event_schema"])
    assert first.bookmarks() == {"A": "2026-10-31", "B": "2026-10-31"}
    assert first.bookmarks("profiles") == {"App Launched": "2026-10-31"}
    again = sync(
        settings,
        json.loads(json.dumps(first.state)),
        streams=["events", "events_reads", "profiles", "event_schema"],
    )
    assert again.state == first.state


def test_never_more_than_three_at_a_time(api: FakeClevertap) -> None:
    fill(api, "A")
    fill(api, "B")
    api.faults.append(lambda s: time.sleep(0.005) if s.is_page else None)
    output = sync(config(api, start_date="2026-10-20", event_names=["A", "B"]))
    assert len(output.events) == 2 * 12 * 3
    assert api.most_in_flight == 3
    api.most_in_flight = 0
    sync(config(api, start_date="2026-10-20", event_names=["A"], max_concurrency=2))
    assert api.most_in_flight == 2


def test_a_slice_is_not_held_in_memory(api: FakeClevertap) -> None:
    """While nobody reads the output, no more pages are fetched than may wait."""
    fill(api, days=[20261031], each=20_000)
    api.page_size = 100
    process = subprocess.Popen(
        command(config(api)), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 20
        while len(api.pages) < 4 and time.monotonic() < deadline:
            time.sleep(0.05)
        time.sleep(1)  # in which all 200 pages would come, were they let
        assert 3 < len(api.pages) < 20
    finally:
        process.kill()
        process.communicate()


def test_the_command_ends_well_with_exit_code_0(api: FakeClevertap) -> None:
    fill(api, days=[20261031])
    ended = run(config(api))
    assert ended.returncode == 0
    assert len(Output(ended.stdout.splitlines()).events) == 3
    assert "events: slice 1 of 1, 3 records" in ended.stderr
    assert "'Charged': 3 records" in ended.stderr
