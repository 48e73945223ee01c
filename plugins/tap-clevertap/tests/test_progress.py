"""What the log says while a long read goes on."""

from __future__ import annotations

import logging
import re
import time
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from tap_running import DAY, config, event, sync

from tap_clevertap import progress
from tap_clevertap.endpoints import Slice

if TYPE_CHECKING:
    from fake_clevertap import FakeClevertap

LINE = re.compile(
    r"events: slice (\d+) of (\d+), (\d+) records in \d+ s, (\d+) a second \((\d+) of late\), last "
)


class Clock:
    """A clock that stands until it is told to go on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 100.0
        # Not the clock of the process: servers in other threads set their timers by that one.
        monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: self.now))


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [r.message for r in caplog.records if LINE.match(r.message)]


def test_lines_grow_rarer_and_tell_the_speed(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    clock = Clock(monkeypatch)
    run = progress.Progress("events", 3_600, logging.getLogger("tap"))
    today = Slice(date(2026, 10, 31), date(2026, 10, 31), "Charged")
    at: list[float] = []
    for second in range(3_600):
        clock.now = 101.0 + second
        run.add(today, 1_000 if second < 1_800 else 3_000)
        run.finish_slice()
        before = len(lines(caplog))
        run.log_now_and_then()
        if len(lines(caplog)) > before:
            at.append(clock.now - 100)
    assert at[:6] == [5, 15, 35, 75, 135, 195]
    assert len(at) == 62  # an hour takes no more than that
    last = LINE.match(lines(caplog)[-1])
    assert last is not None
    done, total, records, rate, lately = map(int, last.groups())
    assert (done, total) == (int(at[-1]), 3_600)
    assert rate == pytest.approx(records / at[-1], abs=1)
    assert lately == 3_000


def test_the_log_goes_on_while_an_answer_takes_its_time(
    api: FakeClevertap, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(progress, "_FIRST_SECONDS", 0.1)
    api.add("Charged", DAY, event(1))
    api.faults.append(lambda s: time.sleep(0.7) if s.is_page else None)
    sync(config(api))
    assert "slice 0 of 1, 0 records" in lines(caplog)[0]
    assert "last nothing" in lines(caplog)[0]
    assert "slice 1 of 1, 1 records" in lines(caplog)[-1]
    assert lines(caplog)[-1].endswith("last event 'Charged' on 2026-10-31")
