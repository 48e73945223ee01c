"""Buckets lie on one grid, however a run was cut; windows are whole buckets."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from facebook_running import INDIA, config, landed, sync
from hypothesis import given
from hypothesis import strategies as st

from tap_facebook.periods import Buckets, Window, oldest_day

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedFacebook

INCREMENTS = st.one_of(st.integers(1, 90), st.just("monthly"))
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@given(INCREMENTS, DAYS)
def test_every_day_is_in_one_bucket(increment: int | str, day: date) -> None:
    buckets = Buckets(increment)
    first, following = buckets.first(day), buckets.following(day)
    assert first <= day < following
    assert {buckets.first(first), buckets.first(following - timedelta(1))} == {first}
    assert buckets.first(following) == following


@given(INCREMENTS, DAYS, st.integers(0, 200), st.integers(1, 60))
def test_windows_cover_all_days_once(
    increment: int | str, day: date, length: int, days: int
) -> None:
    buckets = Buckets(increment)
    first = buckets.first(day)
    last = day + timedelta(length)
    covered, begin = [], first
    while begin <= last:
        window = buckets.window(begin, last, days)
        begins = list(buckets.begins(window))
        assert begins[0] == window.first
        assert (window.last - window.first).days < days or len(begins) == 1
        covered += [window.first + timedelta(n) for n in range((window.last - begin).days + 1)]
        begin = window.last + timedelta(1)
    assert covered == [first + timedelta(n) for n in range((last - first).days + 1)]


@given(INCREMENTS, DAYS, st.integers(0, 200))
def test_halves_are_a_window_in_two(increment: int | str, day: date, length: int) -> None:
    buckets = Buckets(increment)
    window = Window(buckets.first(day), day + timedelta(length))
    halves = buckets.halves(window)
    begins = list(buckets.begins(window))
    if halves is None:
        assert len(begins) == 1
        return
    assert [*buckets.begins(halves[0]), *buckets.begins(halves[1])] == begins
    assert (halves[0].first, halves[1].last) == (window.first, window.last)
    assert halves[0].last + timedelta(1) == halves[1].first


@pytest.mark.parametrize(
    ("today", "oldest"),
    [
        (date(2026, 10, 31), date(2023, 10, 1)),
        (date(2026, 10, 15), date(2023, 9, 16)),
        (date(2027, 1, 1), date(2023, 12, 2)),
        (date(2027, 3, 31), date(2024, 3, 1)),
    ],
)
def test_the_oldest_day(today: date, oldest: date) -> None:
    assert oldest_day(today) == oldest


def reports(increment: int | str, lookback: int = 28) -> list[dict[str, Any]]:
    members = {"level": "campaign", "time_increment_days": increment}
    return [{"name": "wide", "lookback_window": lookback, **members}]


@pytest.mark.parametrize("increment", [2, 7, "monthly"])
def test_wide_rows_are_the_sums_of_days(facebook: SimulatedFacebook, increment: int | str) -> None:
    facebook.advance(3)
    settings = config(
        facebook, account_ids=[INDIA], insight_reports_list=reports(increment), window_days=9
    )
    output = sync(settings, streams=None)
    days = landed(output)
    buckets = Buckets(increment)
    wide = landed(output, stream="adsinsights_wide")
    assert {row["date_start"] for row in wide} == {
        str(buckets.first(date.fromisoformat(day["date_start"]))) for day in days
    }
    for row in wide:
        clicks = (
            int(day["clicks"])
            for day in days
            if row["date_start"] <= day["date_start"] <= row["date_stop"]
            and day["campaign_id"] == row["campaign_id"]
        )
        assert int(row["clicks"]) == sum(clicks)


def test_no_stray_bucket_is_left_when_days_come(facebook: SimulatedFacebook) -> None:
    settings = config(facebook, account_ids=[INDIA], insight_reports_list=reports(7, lookback=0))
    streams = ("adsinsights_wide", "adsinsights_wide_reads")
    outputs = [sync(settings, streams=streams)]
    for days in (1, 4, 1):
        facebook.advance(days)
        outputs.append(sync(settings, outputs[-1].state, streams))
    whole = sync({**settings, "insight_reports_list": reports(7)}, streams=streams)
    rows = landed(*outputs, stream="adsinsights_wide")
    begins = [(row["date_start"], row["campaign_id"]) for row in rows]
    assert begins == [
        (row["date_start"], row["campaign_id"]) for row in landed(whole, stream="adsinsights_wide")
    ]
    assert {date.fromisoformat(day).weekday() for day, _ in begins} == {0}
