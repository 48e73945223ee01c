"""Every fault of the simulator, one at a time: waited out, or a failure that says what to do."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from googleads_running import FAILED, GLOBAL, IN, config, sync

from line_tap.errors import GaveUpError, TapError
from sandbox.googleads.faults import KINDS
from tap_googleads.catalogue import ENTITIES
from tap_googleads.errors import AnswerError, CustomersError, LoginError

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedGoogleAds

STREAMS = ("campaigns", "keyword_performance", "keyword_performance_reads")
STREAM = "googleAds:searchStream"
WAITED_OUT: dict[str, dict[str, Any]] = {
    "quota": {"retry_seconds": 0.2},
    "quota_temporary": {"retry_seconds": 0.2},
    "quota_without_delay": {},
    "internal": {},
    "transient": {},
    "unavailable": {},
    "deadline": {},
    "token_expired": {},
    "stream_error": {"error": "internal"},
    "stream_hang": {"seconds": 2.0},
    "truncated": {},
    "timeout": {"seconds": 2.0},
    "latency": {"seconds": 0.2},
    "not_json": {},
}
REFUSED: dict[str, tuple[type[TapError], str]] = {
    "not_ads_user": (LoginError, "oauth_credentials"),
    "developer_token_not_approved": (LoginError, "developer_token"),
    "permission_denied": (CustomersError, "login_customer_id"),
    "customer_not_enabled": (CustomersError, "cancelled"),
}
ELSEWHERE = {"page_token_expired", "invalid_grant"}  # of search, which is not used; of login


def content(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(({**row, "read_at": ""} for row in lines), key=str)


def test_every_fault_is_spoken_of() -> None:
    assert {*WAITED_OUT, *REFUSED, *ELSEWHERE} == set(KINDS)


@pytest.mark.parametrize("kind", WAITED_OUT)
def test_it_is_waited_out(googleads: SimulatedGoogleAds, kind: str) -> None:
    late = str(googleads.clock - timedelta(days=2))
    settings = config(googleads, start_date=late, request_timeout=1, max_retry_seconds=8)
    undisturbed = sync(settings, *STREAMS)
    googleads.page_size(20)
    googleads.reset_stats()
    for resource in ("campaign", "keyword_view"):
        googleads.fault(kind, times=1, endpoint=STREAM, resource=resource, **WAITED_OUT[kind])
    disturbed = sync(settings, *STREAMS)
    for stream in STREAMS:
        assert content(disturbed.records(stream)) == content(undisturbed.records(stream)), stream
    assert disturbed.bookmarks("keyword_performance") == undisturbed.bookmarks(
        "keyword_performance"
    )
    assert googleads.stats()["faults"] == {kind: 2}


@pytest.mark.parametrize("kind", REFUSED)
def test_it_is_refused_and_named(googleads: SimulatedGoogleAds, kind: str) -> None:
    googleads.fault(kind, times=0, endpoint=STREAM, resource="keyword_view", customer_id=str(IN))
    error, remedy = REFUSED[kind]
    with pytest.raises(error, match=remedy):
        sync(config(googleads), *STREAMS)
    found = {row["customer__id"] for row in FAILED[0].records("keyword_performance_reads")}
    assert found == ({GLOBAL} if error is CustomersError else set())
    assert set(FAILED[0].bookmarks("keyword_performance")) == found


@pytest.mark.parametrize("kind", ["stream_error", "stream_hang", "truncated"])
def test_a_read_that_broke_off_is_none(googleads: SimulatedGoogleAds, kind: str) -> None:
    """No row says that it was read, and the state stays where it was."""
    googleads.page_size(20)
    seconds = {"seconds": 1.0} if kind == "stream_hang" else {}
    googleads.fault(kind, times=0, endpoint=STREAM, resource="keyword_view", **seconds)
    with pytest.raises(GaveUpError, match=r"keyword_performance of customer .*max_retry_seconds"):
        sync(config(googleads, request_timeout=0.5, max_retry_seconds=1), *STREAMS)
    assert FAILED[0].records("campaigns")
    assert not FAILED[0].records("keyword_performance_reads")
    assert not FAILED[0].bookmarks("keyword_performance")


def test_who_is_tried_for_too_long_does_not_stop_the_others(
    googleads: SimulatedGoogleAds,
) -> None:
    googleads.fault("internal", times=0, customer_id=str(IN), resource="keyword_view")
    settings = config(googleads, max_retry_seconds=0.5, on_customer_error="warn")
    with pytest.raises(GaveUpError, match=rf"Not all .*{IN} \(Gave up .*INTERNAL_ERROR.*others"):
        sync(settings, *STREAMS, "campaign_budgets")
    reads = FAILED[0].records("keyword_performance_reads")
    assert {row["customer__id"] for row in reads} == {GLOBAL}
    assert set(FAILED[0].bookmarks("keyword_performance")) == {GLOBAL}


def test_the_time_to_wait_is_obeyed(googleads: SimulatedGoogleAds) -> None:
    googleads.fault("quota", times=1, retry_seconds=1.5, resource="campaign")
    began = time.monotonic()
    assert sync(config(googleads), "campaigns").records("campaigns")
    assert 1.5 <= time.monotonic() - began < 5


def test_a_time_longer_than_allowed_is_not_begun(googleads: SimulatedGoogleAds) -> None:
    googleads.fault("quota", times=1, retry_seconds=3600.0, resource="campaign")
    began = time.monotonic()
    with pytest.raises(GaveUpError, match="asks to wait 3600 s"):
        sync(config(googleads), "campaigns")
    assert time.monotonic() - began < 4


def test_a_deadline_halves_the_days(googleads: SimulatedGoogleAds) -> None:
    whole = sync(config(googleads), *STREAMS)
    googleads.fault("deadline", times=3, resource="keyword_view")
    parts = sync(config(googleads), *STREAMS)
    assert content(parts.records("keyword_performance")) == content(
        whole.records("keyword_performance")
    )
    windows = {row["read_at"] for row in parts.records("keyword_performance_reads")}
    assert len(windows) > 2


def test_a_large_answer_is_divided(
    googleads: SimulatedGoogleAds, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = sync(config(googleads), *STREAMS)
    monkeypatch.setattr("tap_googleads.client.MAX_BODY", 20_000)
    monkeypatch.setattr("tap_googleads.client._CHUNK", 4096)
    parts = sync(config(googleads), *STREAMS)
    assert content(parts.records("keyword_performance")) == content(
        whole.records("keyword_performance")
    )
    windows = {row["read_at"] for row in parts.records("keyword_performance_reads")}
    assert len(windows) > 4


def test_an_old_version_names_the_setting(googleads: SimulatedGoogleAds) -> None:
    with pytest.raises(TapError, match="api_version"):
        sync(config(googleads, api_version="v22"), "campaigns")
    with pytest.raises(AnswerError, match="api_version and api_url"):
        sync(config(googleads, api_version="v99"), "campaigns")


def test_random_trouble_changes_nothing(googleads: SimulatedGoogleAds) -> None:
    today = str(googleads.clock)
    settings = config(googleads, max_retry_seconds=20, request_timeout=2, start_date=today)
    streams = [report.name for report in ENTITIES] + ["campaign_performance", "geo_performance"]
    undisturbed = sync(settings, *streams)
    googleads.fault("random", times=0, per_mille=200, seed=5)
    disturbed = sync(settings, *streams)
    assert sum(googleads.stats()["faults"].values()) > 3
    for stream in streams:
        assert content(disturbed.records(stream)) == content(undisturbed.records(stream)), stream
