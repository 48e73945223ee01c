"""Whether what was read is what CleverTap counts: the setting reconcile_counts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tap_running import FAILED, config, errors, event, run, sync

from tap_clevertap.endpoints import Slice
from tap_clevertap.errors import CountsError
from tap_clevertap.reconciliation import Difference

if TYPE_CHECKING:
    from fake_clevertap import FakeClevertap

DAYS = [20261029, 20261030, 20261031]
START = "2026-10-29"
TODAY = Slice(date(2026, 10, 31), date(2026, 10, 31), "Charged")
STREAMS = ("events", "events_reads", "user_properties")


@pytest.fixture(autouse=True)
def _filled(api: FakeClevertap) -> None:
    for day in DAYS:
        api.add("Charged", day, *(event(n, day) for n in range(4)))
        api.add("Viewed", day, event(1, day))
    api.schema["userProperties"] = ["city"]


def counted(api: FakeClevertap) -> list[tuple[str, int]]:
    return sorted(
        (seen.body["event_name"], seen.body["from"])
        for seen in api.seen
        if seen.path == "/1/counts/events.json" and seen.method == "POST"
    )


def settings(api: FakeClevertap, mode: str, **more: object) -> dict[str, object]:
    names = ["Charged", "Viewed"]
    given = {"reconcile_counts": mode, "reconcile_tolerance": 0, "start_date": START}
    return config(api, event_names=names, **{**given, **more})


def test_counts_are_not_asked_for_unless_wanted(api: FakeClevertap) -> None:
    sync(config(api, start_date=START))
    assert counted(api) == []


def test_every_slice_is_counted(api: FakeClevertap) -> None:
    api.reports.partial_answers = 1
    output = sync(settings(api, "fail"))
    assert counted(api) == [(name, day) for name in ("Charged", "Viewed") for day in DAYS]
    assert output.bookmarks() == {"Charged": "2026-10-31", "Viewed": "2026-10-31"}
    assert len(output.records("events_reads")) == 6


def test_a_difference_is_a_warning_that_names_it(
    api: FakeClevertap, caplog: pytest.LogCaptureFixture
) -> None:
    api.reports.uncounted["Charged", 20261030] = 1
    output = sync(settings(api, "warn"))
    assert output.bookmarks() == {"Charged": "2026-10-31", "Viewed": "2026-10-31"}
    assert len(output.records("events_reads")) == 6
    warnings = [
        r.message for r in caplog.records if r.levelname == "WARNING" and "count" in r.message
    ]
    assert "event 'Charged' on 2026-10-30: 4 read, 3 counted" in warnings[0]
    assert "1 slices differ" in warnings[1]
    assert len(warnings) == 2


def test_a_difference_fails_at_the_end_and_is_read_again(api: FakeClevertap) -> None:
    api.reports.uncounted["Charged", 20261030] = -2  # CleverTap has two more
    with pytest.raises(CountsError, match=r"'Charged' on 2026-10-30: 4 read, 6 counted") as error:
        sync(settings(api, "fail"), streams=STREAMS)
    assert "reconcile_tolerance (0 %)" in str(error.value)
    assert "\n" not in str(error.value)
    failed = FAILED[0]
    # All is written, other streams too; the state stands before what differs.
    assert len(failed.events) == 15
    assert failed.records("user_properties")
    assert failed.bookmarks() == {"Charged": "2026-10-29", "Viewed": "2026-10-31"}
    reads = {(row["event_name"], row["event_date"]) for row in failed.records("events_reads")}
    assert ("Charged", "2026-10-30") not in reads
    assert len(reads) == 5

    api.reports.uncounted.clear()
    api.add("Charged", 20261030, event(8, 20261030), event(9, 20261030))
    api.seen.clear()
    again = sync(settings(api, "fail", lookback_days=0), failed.state)
    assert ("Charged", 20261030) in counted(api)
    assert again.bookmarks() == {"Charged": "2026-10-31", "Viewed": "2026-10-31"}


def test_a_difference_within_the_lookback_leaves_the_bookmark(api: FakeClevertap) -> None:
    first = sync(settings(api, "never"))
    api.reports.uncounted["Charged", 20261029] = 1
    with pytest.raises(CountsError):
        sync(settings(api, "fail"), first.state)
    assert FAILED[0].bookmarks() == {"Charged": "2026-10-31", "Viewed": "2026-10-31"}
    api.seen.clear()
    api.reports.uncounted.clear()
    sync(settings(api, "fail"), FAILED[0].state)
    assert ("Charged", 20261029) in counted(api)


def test_many_differences_are_still_one_sentence(api: FakeClevertap) -> None:
    api.reports.uncounted.update({(name, day): 1 for name in ("Charged", "Viewed") for day in DAYS})
    ended = run(settings(api, "fail"))
    assert ended.returncode == 1
    (error,) = errors(ended.stderr)
    assert error.count(" counted") == 5
    assert "and 1 more" in error
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("rows", "count", "tolerance", "beyond"),
    [
        (0, 0, 0, False),
        (0, 1, 0, True),
        (1, 0, 100, True),  # a count of nothing allows nothing
        (9, 10, 1, False),  # a tenth of an event is rounded up to one
        (8, 10, 1, True),
        (101, 100, 1, False),
        (102, 100, 1, True),
        (146_852, 146_864, 0.008, False),
        (146_852, 146_864, 0.007, True),
        (10**15 - 10**13, 10**15, 1, False),
        (10**15 - 10**13 - 1, 10**15, 1, True),
    ],
)
def test_the_tolerance(rows: int, count: int, tolerance: float, beyond: bool) -> None:  # noqa: FBT001  # pytest gives it by name
    assert Difference(TODAY, rows, count).is_beyond(tolerance) is beyond


@given(st.integers(0, 10**12), st.floats(0, 1000))
def test_equal_numbers_never_differ(count: int, tolerance: float) -> None:
    assert not Difference(TODAY, count, count).is_beyond(tolerance)
