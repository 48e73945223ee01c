"""State moves over whole windows only, and a run goes on where the last one was cut off."""

# ruff: noqa: S603  # the commands are ours
from __future__ import annotations

import signal
import subprocess
import time
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from facebook_running import FAILED, GLOBAL, INDIA, REPORT, Output, command, config, landed, sync

from line_tap.errors import ConfigError
from tap_facebook.errors import AccountsError

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.simulated import SimulatedFacebook

STREAM = REPORT[0]


def bookmarked(day: date, begun_on: date | None = None, account: str = INDIA) -> dict[str, Any]:
    partition = {
        "context": {"account_id": account},
        "replication_key": "date_start",
        "replication_key_value": day.isoformat(),
        **({"begun_on": begun_on.isoformat()} if begun_on else {}),
    }
    return {"bookmarks": {STREAM: {"partitions": [partition]}}}


def days(output: Output, stream: str = STREAM) -> list[str]:
    """The days that were read, as often as they were."""
    return sorted(row["date_start"] for row in output.records(f"{stream}_reads"))


def span(first: date, last: date) -> list[str]:
    return [(first + timedelta(n)).isoformat() for n in range((last - first).days + 1)]


def one(facebook: SimulatedFacebook, lookback: int = 3, **settings: object) -> dict[str, Any]:
    """Settings of one account, with a default report that looks back so many days."""
    report = {"name": "default", "lookback_window": lookback}
    return config(facebook, account_ids=[INDIA], insight_reports_list=[report], **settings)


def test_a_first_run_reads_each_day_once(facebook: SimulatedFacebook) -> None:
    output = sync(config(facebook, window_days=5))
    assert days(output) == sorted(span(facebook.first_day, facebook.clock) * 2)
    assert output.bookmarks() == dict.fromkeys((INDIA, GLOBAL), facebook.clock.isoformat())


def test_a_daily_run_reads_the_lookback_again(facebook: SimulatedFacebook) -> None:
    first = sync(one(facebook))
    begun = facebook.clock
    assert days(sync(one(facebook), first.state)) == span(begun - timedelta(3), begun)
    facebook.advance(2)
    second = sync(one(facebook), first.state)
    assert days(second) == span(begun - timedelta(3), facebook.clock)
    assert second.bookmarks() == {INDIA: facebook.clock.isoformat()}
    assert days(sync(one(facebook, lookback=0), second.state)) == [facebook.clock.isoformat()]


def test_a_backfill_that_was_cut_goes_on_without_final_days(facebook: SimulatedFacebook) -> None:
    first, today = facebook.first_day, facebook.clock
    done = first + timedelta(4)
    output = sync(one(facebook), bookmarked(done, begun_on=today))
    assert days(output) == span(done + timedelta(1), today)


def test_days_that_were_not_final_when_they_were_read_are_read_again(
    facebook: SimulatedFacebook,
) -> None:
    """A run begun on the 6th day reached it; what it read of the last days was not final."""
    first, today = facebook.first_day, facebook.clock
    done = begun = first + timedelta(5)
    output = sync(one(facebook), bookmarked(done, begun_on=begun))
    assert days(output) == span(begun - timedelta(3), today)
    hub = sync(one(facebook), bookmarked(done))
    assert days(hub) == days(output)


def test_a_bookmark_never_moves_back(facebook: SimulatedFacebook) -> None:
    first, today = facebook.first_day, facebook.clock
    state = bookmarked(today, begun_on=today)
    facebook.fault("server_error", endpoint="insights", nth=4, times=0)
    with pytest.raises(AccountsError, match="Gave up"):
        sync(one(facebook, lookback=11, window_days=3, max_retry_seconds=0.2), state)
    assert days(FAILED[0])[0] == first.isoformat()
    assert FAILED[0].bookmarks() == {INDIA: today.isoformat()}


def test_settings_begin_and_end_a_backfill(facebook: SimulatedFacebook) -> None:
    first = facebook.first_day
    settings = one(
        facebook,
        start_date=f"{first + timedelta(1)}T00:00:00Z",
        end_date=f"{first + timedelta(3)}T00:00:00Z",
    )
    output = sync(settings)
    assert days(output) == span(first + timedelta(1), first + timedelta(3))
    assert output.bookmarks() == {INDIA: str(first + timedelta(3))}
    later = sync(one(facebook, end_date="2031-01-01"), output.state)
    assert days(later)[-1] == str(facebook.clock)


def test_no_more_than_37_months_are_asked_for(facebook: SimulatedFacebook) -> None:
    output = sync(one(facebook, start_date="2020-01-01", window_days=1000, page_size=5000))
    first = date.fromisoformat(days(output)[0])
    assert timedelta(37 * 30) < facebook.clock - first < timedelta(37 * 31)


def test_a_start_date_that_is_to_come_is_told(facebook: SimulatedFacebook) -> None:
    with pytest.raises(ConfigError, match="start_date is 2031-01-01"):
        sync(one(facebook, start_date="2031-01-01"))


def test_a_bad_bookmark_is_told(facebook: SimulatedFacebook) -> None:
    state = bookmarked(facebook.clock)
    state["bookmarks"][STREAM]["partitions"][0]["replication_key_value"] = "soon"
    with pytest.raises(ConfigError, match=rf"{STREAM} for account {INDIA} is 'soon'"):
        sync(one(facebook), state)


@pytest.mark.parametrize("nth", [2, 4, 7])
def test_killed_half_way_nothing_is_lost_or_read_twice(
    facebook: SimulatedFacebook, nth: int, tmp_path: Path
) -> None:
    """The command is killed (SIGKILL) while its nth request for insights is under way."""
    settings = config(facebook, window_days=2, page_size=10, insight_reports_list=[
        {"name": "default", "lookback_window": 0}
    ])  # fmt: skip
    undisturbed = sync(settings, streams=None)
    facebook.fault("timeout", endpoint="insights", nth=nth, times=0)
    facebook.reset_stats()
    lines = _kill_when_it_hangs(facebook, command(settings), tmp_path / "output")
    facebook.clear_faults()
    killed = Output(lines)
    state = killed.state if killed.states else None
    resumed = sync(settings, state, streams=None)
    assert landed(killed, resumed) == landed(undisturbed)
    read = [(row["account_id"], row["date_start"])
            for output in (killed, resumed) for row in output.records(REPORT[1])]  # fmt: skip
    assert len(set(read)) == len(read)


def test_37_months_killed_half_way_are_not_read_twice(
    facebook: SimulatedFacebook, tmp_path: Path
) -> None:
    first = (facebook.clock - timedelta(days=36 * 30)).isoformat()
    settings = config(facebook, account_ids=[INDIA], start_date=first)
    undisturbed = sync(settings)
    facebook.fault("timeout", endpoint="insights", nth=20, times=0)
    facebook.reset_stats()
    killed = Output(_kill_when_it_hangs(facebook, command(settings), tmp_path / "output"))
    facebook.clear_faults()
    facebook.reset_stats()
    resumed = sync(settings, killed.state)
    assert days(killed) + days(resumed) == days(undisturbed)
    assert landed(killed, resumed) == landed(undisturbed)
    assert facebook.stats()["requests"]["insights"] == 37 - 19


def test_sigterm_ends_with_whole_lines_and_a_state(
    facebook: SimulatedFacebook, tmp_path: Path
) -> None:
    facebook.fault("timeout", endpoint="insights", nth=3, times=0)
    settings = config(facebook, window_days=2)
    path = tmp_path / "output"
    code, lines = _stop_when_it_hangs(facebook, command(settings), path, signal.SIGTERM)
    assert code == 128 + signal.SIGTERM
    assert path.read_text() == "".join(f"{line}\n" for line in lines)
    assert Output(lines).bookmarks() == {INDIA: (facebook.first_day + timedelta(3)).isoformat()}


def _kill_when_it_hangs(facebook: SimulatedFacebook, arguments: list[str], path: Path) -> list[str]:
    return _stop_when_it_hangs(facebook, arguments, path, signal.SIGKILL)[1]


def _stop_when_it_hangs(
    facebook: SimulatedFacebook, arguments: list[str], path: Path, how: signal.Signals
) -> tuple[int, list[str]]:
    """Stop a command once it waits for an answer; return its exit code and whole lines."""
    with path.open("w") as output, subprocess.Popen(arguments, stdout=output) as process:
        deadline = time.monotonic() + 60
        while not facebook.stats()["faults"].get("timeout"):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        process.send_signal(how)
        code = process.wait(60)
    return code, [
        line[:-1] for line in path.read_text().splitlines(keepends=True) if line[-1] == "\n"
    ]


def test_one_accounts_bad_token_does_not_lose_the_others(facebook: SimulatedFacebook) -> None:
    undisturbed = sync(config(facebook), streams=None)
    settings = config(facebook, access_tokens={f"act_{INDIA}": "not-a-token"})
    with pytest.raises(AccountsError, match=rf"account {INDIA}: .*access_tokens") as caught:
        sync(settings, streams=None)
    assert "not-a-token" not in str(caught.value)
    output = FAILED[0]
    assert output.bookmarks() == {GLOBAL: facebook.clock.isoformat()}
    for stream in ("adaccounts", "campaigns", "ads", STREAM):
        expected = [row for row in undisturbed.records(stream) if row["account_id"] == GLOBAL]
        assert len(output.records(stream)) == len(expected) > 0


def test_no_permission_for_one_account_does_not_lose_the_others(
    facebook: SimulatedFacebook,
) -> None:
    facebook.fault("no_permission", account=GLOBAL, times=0)
    with pytest.raises(AccountsError, match=rf"account {GLOBAL}: .*ads_read"):
        sync(config(facebook))
    assert list(FAILED[0].bookmarks()) == [INDIA]
    facebook.clear_faults()
    mended = sync(config(facebook), FAILED[0].state)
    assert mended.bookmarks() == dict.fromkeys((INDIA, GLOBAL), facebook.clock.isoformat())


def test_a_report_that_is_refused_does_not_lose_the_others(facebook: SimulatedFacebook) -> None:
    reports = [{"name": "wrong", "breakdowns": ["age", "country"]}]
    settings = config(facebook, insight_reports_list=reports)
    with pytest.raises(AccountsError, match=r"adsinsights_wrong\).*combination"):
        sync(settings, streams=None)
    assert set(FAILED[0].bookmarks()) == {INDIA, GLOBAL}
    assert FAILED[0].records("customconversions")
