"""What Google's answers mean, one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tap_googleads.answers import check
from tap_googleads.errors import AnswerError, CustomerError, RetryError, TokenError, TooMuchError
from tap_googleads.fields import field_types
from tap_googleads.records import RowReader, lines, plain, split
from tap_googleads.streams.base import query_schema

FIELDS = ("segments.date", "campaign.id", "metrics.conversions", "ad_group_ad.ad.final_urls")


def failure(status: int, family: str = "", name: str = "", **inner: Any) -> bytes:  # noqa: ANN401
    one = {"errorCode": {family: name}, "message": "words", **inner}
    details = [{"@type": "GoogleAdsFailure", "errors": [one], "requestId": "id-1"}]
    error = {"code": status, "message": "general", "status": "STATUS"}
    return json.dumps([{"error": {**error, **({"details": details} if name else {})}}]).encode()


def delayed(seconds: str) -> dict[str, Any]:
    return {"details": {"quotaErrorDetails": {"retryDelay": seconds}}}


@pytest.mark.parametrize(
    ("body", "retry_after", "seconds"),
    [
        (failure(429, "quotaError", "RESOURCE_EXHAUSTED", **delayed("30s")), None, 30),
        (failure(429, "quotaError", "RESOURCE_EXHAUSTED", **delayed("1.5s")), "9", 1.5),
        (failure(429, "quotaError", "RESOURCE_EXHAUSTED"), "7", 7),
        (failure(429, "quotaError", "RESOURCE_EXHAUSTED"), None, None),
        (
            json.dumps({"error": {"code": 429, "details": [{"retryDelay": "12s"}]}}).encode(),
            None,
            12,
        ),
        (b"<html>slow down</html>", "3", 3),
    ],
)
def test_the_time_to_wait(body: bytes, retry_after: str | None, seconds: float | None) -> None:
    with pytest.raises(RetryError) as caught:
        check(429, body, retry_after, "x")
    assert caught.value.seconds == seconds


@pytest.mark.parametrize(
    ("status", "body", "error", "words"),
    [
        (500, failure(500, "internalError", "INTERNAL_ERROR"), RetryError, "INTERNAL_ERROR"),
        (503, b"", RetryError, "HTTP status 503"),
        (504, failure(504, "internalError", "DEADLINE_EXCEEDED"), TooMuchError, "DEADLINE"),
        # In mid-stream HTTP had said 200 already.
        (200, failure(500, "internalError", "TRANSIENT_ERROR"), RetryError, "TRANSIENT_ERROR"),
        (401, failure(401), TokenError, "general"),
        (401, failure(401, "authenticationError", "CUSTOMER_NOT_FOUND"), CustomerError, "no such"),
        (403, failure(403, "authorizationError", "ACTION_NOT_PERMITTED"), CustomerError, "ACTION"),
        (403, failure(403, "authorizationError", "MISSING_TOS"), CustomerError, "terms"),
        (400, failure(400, "queryError", "BAD_VALUE"), AnswerError, "x .*request id-1: BAD_VALUE"),
        (404, b"<html>", AnswerError, "api_version and api_url"),
        (302, b"", AnswerError, "302"),
    ],
)
def test_what_it_means(status: int, body: bytes, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        check(status, body, None, "x")


def test_rows_may_speak_of_errors() -> None:
    check(200, b'[{"results":[{"campaign":{"name":"\\"error\\"","id":"1"}}]}]', None, "x")
    check(200, b'[{"results":[{"error":1}]}]', None, "x")


def test_records_are_what_google_wrote() -> None:
    row = b"""{"segments": {"date": "2026-08-03"}, "campaign": {"id": "9007199254740993"},
      "metrics": {"conversions": 0.12345678901234567890},
      "adGroupAd": {"ad": {"finalUrls": [
        "https://x.y/?q=a\\nb"
      ]}}}"""
    body = b'[{\n "results": [\n' + row + b',{"segments":{"date":"2026-08-04"}}]}\n,\r\n{}]'
    full, empty = split(body)
    reader = RowReader(FIELDS, ["segments.date", "campaign.id"])
    records = reader.read(full, {"customer__id": 1})
    assert reader.read(empty, {}) == []
    first, second = lines("s", records, "t").splitlines()
    assert b'"campaign__id":9007199254740993,' in first
    assert b'"metrics__conversions":0.12345678901234567890,' in first
    assert json.loads(first)["record"]["ad_group_ad__ad__final_urls"] == ["https://x.y/?q=a\nb"]
    # What Google leaves out is null, and in a key 0: keys are never null.
    assert json.loads(second)["record"] == {
        "segments__date": "2026-08-04",
        "campaign__id": 0,
        "metrics__conversions": None,
        "ad_group_ad__ad__final_urls": None,
        "customer__id": 1,
    }
    assert str(plain(records[0])["metrics__conversions"]) == "0.12345678901234567890"


def test_a_key_without_a_value_is_unknown() -> None:
    (rows,) = split(b'[{"results":[{"campaign":{"id":"1"}}]}]')
    reader = RowReader(("campaign.id", "segments.device"), ["campaign.id", "segments.device"])
    (record,) = reader.read(rows, {})
    assert plain(record) == {"campaign__id": 1, "segments__device": "unknown"}


def test_fields_of_a_later_version_come_as_they_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(field_types(), "metrics.clicks")
    (rows,) = split(b'[{"results":[{"metrics":{"clicks":"12"}}]}]')
    (record,) = RowReader(("metrics.clicks",), []).read(rows, {})
    assert plain(record) == {"metrics__clicks": "12"}
    schema = query_schema(["metrics.clicks"], [], by_customer=True)
    assert len(schema["properties"]["metrics__clicks"]["type"]) == 7
