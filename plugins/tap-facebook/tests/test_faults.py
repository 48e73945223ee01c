"""Every fault of the simulator, one at a time: waited out, or a failure that says what to do."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import pytest
from facebook_running import FAILED, GLOBAL, INDIA, REPORT, config, landed, run, sync

from line_tap.errors import ConfigError, GaveUpError, TapError
from sandbox.facebook.faults import JOBS, KINDS, LIMITS
from tap_facebook.errors import AccountsError
from tap_facebook.limits import MINUTE

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedFacebook

LIMIT_KINDS = {f"code_{code}" for code in LIMITS}
WAITED_OUT = LIMIT_KINDS | {
    "code_1", "code_2", "transient", "server_error", "too_many_requests", "bad_gateway",
    "unavailable", "not_json", "timeout", "latency", "truncated",
}  # fmt: skip
ASKED_OTHERWISE = {"reduce_data", "reduce_data_500"}
OF_RUNS = {*JOBS, "report_not_ready"}
REFUSED: dict[str, tuple[type[TapError], str]] = {
    "bad_token": (AccountsError, "access_token"),
    "expired_token": (AccountsError, "Session has expired"),
    "revoked_token": (AccountsError, "session has been invalidated"),
    "no_permission": (AccountsError, "ads_read"),
    "app_not_permitted": (AccountsError, "ads_read"),
    "no_such_object": (AccountsError, "account_ids"),
    "invalid_parameter": (AccountsError, "Invalid parameter"),
    "expired_version": (ConfigError, "api_version"),
}
SECONDS = {"latency": 0.1, "timeout": 0.7}
STREAMS = ("adaccounts", "ads", *REPORT)
ENDPOINTS = ("adaccount", "ads", "insights")


def without_reads(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "read_at"} for row in rows]


def test_every_kind_of_the_simulator_is_tried() -> None:
    assert WAITED_OUT | ASKED_OTHERWISE | OF_RUNS | set(REFUSED) == set(KINDS)


def test_limits_are_waited_out(facebook: SimulatedFacebook) -> None:
    undisturbed = sync(config(facebook))
    for kind in sorted(LIMIT_KINDS):
        facebook.fault(kind, endpoint="insights", times=2)
        facebook.reset_stats()
        assert landed(sync(config(facebook))) == landed(undisturbed)
        assert facebook.stats()["faults"][kind] == 2


@pytest.mark.parametrize("kind", sorted(WAITED_OUT - LIMIT_KINDS | {"code_80004"}))
def test_what_passes_is_waited_out(facebook: SimulatedFacebook, kind: str) -> None:
    settings = config(facebook, request_timeout=0.5)
    undisturbed = sync(settings, streams=STREAMS)
    for endpoint in ENDPOINTS:
        facebook.fault(kind, endpoint=endpoint, times=2, seconds=SECONDS.get(kind, 1.0))
    facebook.reset_stats()
    disturbed = sync(settings, streams=STREAMS)
    assert facebook.stats()["faults"][kind] == 2 * len(ENDPOINTS)
    assert landed(disturbed) == landed(undisturbed)
    for stream in ("adaccounts", "ads"):
        assert without_reads(disturbed.records(stream)) == without_reads(
            undisturbed.records(stream)
        )


@pytest.mark.parametrize("kind", sorted(ASKED_OTHERWISE))
def test_too_much_is_asked_for_in_parts_and_then_by_a_run(
    facebook: SimulatedFacebook, kind: str
) -> None:
    settings = config(facebook)
    undisturbed = sync(settings)
    for times in (1, 3, 12):
        facebook.fault(kind, endpoint="insights", method="GET", times=times)
        facebook.reset_stats()
        assert landed(sync(settings)) == landed(undisturbed)
        assert facebook.stats()["faults"][kind] == times


@pytest.mark.parametrize("rows", [1, 30])
def test_rows_beyond_the_limit_come_all_the_same(facebook: SimulatedFacebook, rows: int) -> None:
    settings = config(facebook, account_ids=[INDIA])
    undisturbed = sync(settings)
    facebook.limit(rows=rows, polls=4)
    assert landed(sync(settings)) == landed(undisturbed)


def test_pages_that_are_too_large_become_smaller(facebook: SimulatedFacebook) -> None:
    settings = config(facebook, page_size=400)
    undisturbed = sync(settings, streams=STREAMS)
    facebook.limit(page=7, rows=5)
    output = sync(settings, streams=STREAMS)
    assert landed(output) == landed(undisturbed)
    assert len(output.records("ads")) == len(undisturbed.records("ads"))


def test_what_is_always_too_much_is_told(facebook: SimulatedFacebook) -> None:
    facebook.limit(rows=1, async_rows=1)
    with pytest.raises(AccountsError, match=r"too much even as a report run: .*fewer breakdowns"):
        sync(config(facebook))
    facebook.fault("reduce_data", endpoint="insights", times=0)
    with pytest.raises(AccountsError, match=r"too much even as a report run"):
        sync(config(facebook))


@pytest.mark.parametrize("kind", sorted(OF_RUNS))
def test_a_run_that_comes_to_nothing_is_begun_anew(facebook: SimulatedFacebook, kind: str) -> None:
    settings = config(facebook, account_ids=[INDIA], max_retry_seconds=0.3)
    undisturbed = sync(settings)
    facebook.limit(rows=1)
    facebook.fault(kind, times=2)
    facebook.reset_stats()
    assert landed(sync(settings)) == landed(undisturbed)
    assert facebook.stats()["faults"][kind] == 2


def test_runs_are_begun_anew_only_so_often(facebook: SimulatedFacebook) -> None:
    facebook.limit(rows=1)
    facebook.fault("job_failed", times=0, account=INDIA)
    with pytest.raises(AccountsError, match=r"begun 5 times, at last 'Job Failed'"):
        sync(config(facebook))
    assert list(FAILED[0].bookmarks()) == [GLOBAL]
    assert facebook.stats()["faults"]["job_failed"] == 5


@pytest.mark.parametrize("endpoint", ENDPOINTS)
@pytest.mark.parametrize("kind", REFUSED)
def test_what_does_not_pass_is_told(facebook: SimulatedFacebook, kind: str, endpoint: str) -> None:
    error, words = REFUSED[kind]
    facebook.fault(kind, endpoint=endpoint, account=INDIA, times=0)
    with pytest.raises(error, match=words) as caught:
        sync(config(facebook), streams=STREAMS)
    assert facebook.access_token not in str(caught.value)
    if error is AccountsError:
        assert INDIA in str(caught.value)
        assert GLOBAL not in str(caught.value)
        assert FAILED[0].bookmarks()[GLOBAL] == facebook.clock.isoformat()


def test_what_never_passes_ends_in_time(facebook: SimulatedFacebook) -> None:
    facebook.fault("server_error", endpoint="ads", account=INDIA, times=0)
    with pytest.raises(AccountsError, match=r"\(ads\): Gave up .*max_retry_seconds"):
        sync(config(facebook, max_retry_seconds=0.3), streams=STREAMS)
    assert set(FAILED[0].bookmarks()) == {INDIA, GLOBAL}
    assert {row["account_id"] for row in FAILED[0].records("ads")} == {GLOBAL}


def test_when_nothing_is_answered_not_everything_is_tried(facebook: SimulatedFacebook) -> None:
    facebook.fault("bad_gateway", times=0)
    began = time.monotonic()
    with pytest.raises(GaveUpError, match="HTTP 502"):
        sync(config(facebook, max_retry_seconds=0.5), streams=STREAMS)
    assert time.monotonic() - began < 5


def test_a_list_that_may_not_be_read_does_not_lose_the_rest(facebook: SimulatedFacebook) -> None:
    facebook.fault("app_not_permitted", endpoint="customconversions", account=INDIA, times=0)
    with pytest.raises(AccountsError, match=rf"account {INDIA} \(customconversions\)"):
        sync(config(facebook), streams=None)
    assert {row["account_id"] for row in FAILED[0].records("campaigns")} == {INDIA, GLOBAL}


def test_a_time_to_wait_is_obeyed(facebook: SimulatedFacebook, waited: list[float]) -> None:
    for kind in ("code_17", "code_613", "code_80000"):
        facebook.fault(kind, endpoint="insights", minutes=3)
        waited.clear()
        sync(config(facebook))
        assert max(waited) >= 3 * MINUTE - 1
        assert sum(waited) < 7 * MINUTE


def test_a_time_to_wait_that_is_too_long_fails_the_account_at_once(
    facebook: SimulatedFacebook, waited: list[float]
) -> None:
    facebook.fault("code_80000", endpoint="insights", account=INDIA, minutes=30)
    with pytest.raises(AccountsError, match=r"max_limit_seconds; Facebook names 30 minutes"):
        sync(config(facebook))
    assert not waited
    assert list(FAILED[0].bookmarks()) == [GLOBAL]


def test_the_tap_slows_down_before_the_limit(
    facebook: SimulatedFacebook, waited: list[float]
) -> None:
    facebook.limit(calls=20, seconds=36_000)
    output = sync(config(facebook, account_ids=[INDIA], window_days=1))
    assert facebook.stats()["requests"]["insights"] == 12
    assert not waited
    facebook.limit(calls=14, seconds=36_000)
    again = sync(config(facebook, account_ids=[INDIA], window_days=1))
    assert waited
    assert sorted(waited) == waited  # the nearer, the slower
    assert landed(again) == landed(output)


def test_no_secret_in_any_log(facebook: SimulatedFacebook) -> None:
    for kind, endpoint in (
        ("code_2", "insights"),
        ("truncated", "ads"),
        ("bad_token", "customconversions"),
    ):
        facebook.fault(kind, endpoint=endpoint)
    facebook.limit(rows=30)
    secret = facebook.access_token
    done = run(
        config(facebook, page_size=10, access_tokens={GLOBAL: secret, INDIA: "OTHER-SECRET"}),
        "DEBUG",
    )
    assert done.returncode == 1
    assert "/insights" in done.stderr  # there are requests in it
    for words in (secret, "OTHER-SECRET", "Bearer", "access_token="):
        assert words not in done.stderr
        assert words not in done.stdout


def test_every_stream_with_a_fifth_of_the_answers_failing(facebook: SimulatedFacebook) -> None:
    settings = config(
        facebook,
        insight_reports_list=[{"name": "genders", "level": "campaign", "breakdowns": ["gender"]}],
        page_size=20,
        max_retry_seconds=30,
    )
    undisturbed = sync(settings, streams=None)
    facebook.fault("random", per_mille=200, seed=3, times=0)
    facebook.limit(rows=200, polls=2)
    disturbed = sync(settings, streams=None)
    facebook.clear_faults()
    for report in ("adsinsights_default", "adsinsights_genders"):
        assert landed(disturbed, stream=report) == landed(undisturbed, stream=report)
    for stream in ("adaccounts", "campaigns", "adsets", "ads", "creatives", "customconversions"):
        assert without_reads(disturbed.records(stream)) == without_reads(
            undisturbed.records(stream)
        )
    assert sum(facebook.stats()["faults"].values()) > 5


def test_a_quiet_run_logs_no_warning(
    facebook: SimulatedFacebook, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        sync(config(facebook), streams=STREAMS)
    assert not caplog.records
