import http.client
import time
from typing import Any

import pytest

from sandbox.googleads.faults import KINDS
from sandbox.googleads.plain_client import GoogleClient
from sandbox.simulated import SimulatedGoogleAds

QUERY = "SELECT campaign.id FROM campaign"
CUSTOMER, OTHER = SimulatedGoogleAds.customer_ids
# HTTP status, status, error code.
ANSWERS: dict[str, tuple[int, str, dict[str, str] | None]] = {
    "quota": (429, "RESOURCE_EXHAUSTED", {"quotaError": "RESOURCE_EXHAUSTED"}),
    "quota_temporary": (
        429,
        "RESOURCE_EXHAUSTED",
        {"quotaError": "RESOURCE_TEMPORARILY_EXHAUSTED"},
    ),
    "quota_without_delay": (429, "RESOURCE_EXHAUSTED", {"quotaError": "RESOURCE_EXHAUSTED"}),
    "internal": (500, "INTERNAL", {"internalError": "INTERNAL_ERROR"}),
    "transient": (500, "INTERNAL", {"internalError": "TRANSIENT_ERROR"}),
    "unavailable": (503, "UNAVAILABLE", None),
    "deadline": (504, "DEADLINE_EXCEEDED", {"internalError": "DEADLINE_EXCEEDED"}),
    "token_expired": (401, "UNAUTHENTICATED", None),
    "not_ads_user": (401, "UNAUTHENTICATED", {"authenticationError": "NOT_ADS_USER"}),
    "developer_token_not_approved": (
        403,
        "PERMISSION_DENIED",
        {"authorizationError": "DEVELOPER_TOKEN_NOT_APPROVED"},
    ),
    "permission_denied": (
        403,
        "PERMISSION_DENIED",
        {"authorizationError": "USER_PERMISSION_DENIED"},
    ),
    "customer_not_enabled": (
        403,
        "PERMISSION_DENIED",
        {"authorizationError": "CUSTOMER_NOT_ENABLED"},
    ),
    "page_token_expired": (400, "INVALID_ARGUMENT", {"requestError": "EXPIRED_PAGE_TOKEN"}),
}
TESTED_BELOW = {
    "invalid_grant",
    "timeout",
    "latency",
    "truncated",
    "not_json",
    "stream_error",
    "stream_hang",
}


@pytest.fixture
def google(googleads: SimulatedGoogleAds) -> GoogleClient:
    return GoogleClient(googleads)


def test_no_kind_goes_untested() -> None:
    assert set(KINDS) == {*ANSWERS, *TESTED_BELOW}


@pytest.mark.parametrize("kind", ANSWERS)
def test_an_answer_that_fails_comes_once_and_then_all_is_well(
    google: GoogleClient, kind: str
) -> None:
    google.api.fault(kind)
    reply = google.search(CUSTOMER, QUERY)
    http_status, status, code = ANSWERS[kind]
    error = reply.json["error"]
    assert (reply.status, error["code"], error["status"]) == (http_status, http_status, status)
    if code:
        assert error["details"][-1]["errors"][0]["errorCode"] == code
    assert google.search(CUSTOMER, QUERY).status == 200
    assert google.api.stats()["faults"] == {kind: 1}


def test_quota_tells_how_long_to_wait(google: GoogleClient) -> None:
    google.api.fault("quota", retry_seconds=7)
    (content,) = google.stream(CUSTOMER, QUERY).json
    failure = content["error"]["details"][0]
    assert (
        failure["@type"] == "type.googleapis.com/google.ads.googleads.v26.errors.GoogleAdsFailure"
    )
    assert failure["requestId"]
    (inner,) = failure["errors"]
    assert inner["message"] == "Too many requests. Retry in 7 seconds."
    assert inner["details"]["quotaErrorDetails"]["retryDelay"] == "7s"


def test_a_fault_strikes_only_what_it_is_meant_for(google: GoogleClient) -> None:
    google.api.fault("internal", times=0, customer_id=CUSTOMER, resource="campaign")
    assert google.stream(CUSTOMER, QUERY).status == 500
    assert google.stream(OTHER, QUERY).status == 200
    assert google.stream(CUSTOMER, "SELECT ad_group.id FROM ad_group").status == 200
    google.api.clear_faults()
    google.api.fault("internal", endpoint="googleAds:search")
    assert google.stream(CUSTOMER, QUERY).status == 200
    assert google.search(CUSTOMER, QUERY).status == 500


def test_a_stream_may_fail_midway(google: GoogleClient) -> None:
    google.api.page_size(2)
    google.api.fault("stream_error", error="quota_temporary")
    reply = google.stream(CUSTOMER, QUERY)
    assert reply.status == 200
    batch, failure = reply.json
    assert len(batch["results"]) == 2
    assert failure["error"]["status"] == "RESOURCE_EXHAUSTED"
    assert len(google.rows(CUSTOMER, QUERY)) == 3


def test_a_stream_may_hang_or_break_off_midway(google: GoogleClient) -> None:
    path, body = f"customers/{CUSTOMER}/googleAds:searchStream", {"query": QUERY}
    google.api.fault("stream_hang")
    with pytest.raises(TimeoutError):
        google.request("POST", path, body, timeout=0.3)
    google.api.fault("truncated")
    with pytest.raises(http.client.IncompleteRead):
        google.request("POST", path, body)
    assert google.request("POST", path, body).status == 200


def test_a_request_may_hang_or_be_late(google: GoogleClient) -> None:
    path, body = f"customers/{CUSTOMER}/googleAds:search", {"query": QUERY}
    google.api.fault("timeout")
    with pytest.raises(TimeoutError):
        google.request("POST", path, body, timeout=0.2)
    google.api.fault("timeout", seconds=0.1)
    assert google.request("POST", path, body).status == 504
    google.api.fault("latency", seconds=0.3)
    begin = time.monotonic()
    assert google.request("POST", path, body).status == 200
    assert time.monotonic() - begin >= 0.3


def test_a_body_may_be_no_json(google: GoogleClient) -> None:
    google.api.fault("not_json")
    reply = google.search(CUSTOMER, QUERY)
    assert (reply.status, reply.content[:6]) == (502, b"<html>")


def test_a_login_may_fail(google: GoogleClient) -> None:
    google.api.fault("invalid_grant")
    assert google.search(CUSTOMER, QUERY).status == 200
    reply = google.token()
    assert (reply.status, reply.json) == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    google.api.fault("unavailable", endpoint="token")
    assert google.token().status == 503
    assert google.token().status == 200


def test_random_trouble_is_the_same_for_a_seed(google: GoogleClient) -> None:
    def told(seed: int) -> list[int]:
        google.api.clear_faults()
        google.api.fault(
            "random", times=0, per_mille=400, seed=seed, kinds=["quota", "internal", "unavailable"]
        )
        return [google.search(CUSTOMER, QUERY).status for _ in range(25)]

    first = told(1)
    assert told(1) == first != told(2)
    assert {200, 429, 500, 503} == set(first)


@pytest.mark.parametrize("order", [{"kind": "gremlin"}, {"kind": "quota", "error": "gremlin"}])
def test_an_order_nobody_understands_names_the_kinds(
    googleads: SimulatedGoogleAds, order: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"unknown (kind|error) gremlin.*quota_temporary"):
        googleads.fault(**order)


def test_stats_tell_what_was_served(google: GoogleClient) -> None:
    google.stream(CUSTOMER, QUERY)
    google.search(CUSTOMER, QUERY)
    stats = google.api.stats()
    assert stats["requests"] == {"token": 1, "googleAds:searchStream": 1, "googleAds:search": 1}
    assert stats["records"] == {"googleAds:searchStream": 3, "googleAds:search": 3}
