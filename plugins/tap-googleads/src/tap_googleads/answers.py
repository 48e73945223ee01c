"""What Google's answers mean: good, to be tried again, or refused and why.

Source: `{"error": {code, message, status, details: [{"@type": ".../GoogleAdsFailure", errors:
[{errorCode: {family: NAME}, message, details}], requestId}]}}`, in an array for searchStream;
developers.google.com/google-ads/api/docs/best-practices/understand-api-errors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from line_tap.errors import ConfigError
from tap_googleads.errors import (
    AnswerError,
    CustomerError,
    LoginError,
    RetryError,
    TokenError,
    TooMuchError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

_BAD, _UNAUTHORIZED, _FORBIDDEN, _TOO_MANY, _SERVER = 300, 401, 403, 429, 500
_DELAY = re.compile(r"(\d+(?:\.\d+)?)s")
# One customer's trouble, whatever the HTTP status; the others can be read.
_OF_A_CUSTOMER = {
    "USER_PERMISSION_DENIED": (
        "give the user (or service account) access to it, or reach it through its manager "
        "(setting login_customer_id)"
    ),
    "CUSTOMER_NOT_ENABLED": "it is cancelled or not yet set up; take it out of customer_ids",
    "CUSTOMER_NOT_FOUND": "there is no such customer; check the setting customer_ids",
    "INVALID_CUSTOMER_ID": "there is no such customer; check the setting customer_ids",
    "ACCESS_DENIED_FOR_ACCOUNT_TYPE": "accounts of its type cannot be read",
    "REQUESTED_METRICS_FOR_MANAGER": "it is a manager, whose customers are to be named instead",
    "MISSING_TOS": "its owner must sign Google's terms of service",
}
_OF_THE_LOGIN = {
    "NOT_ADS_USER": "log in as a user of Google Ads (settings oauth_credentials)",
    "TWO_STEP_VERIFICATION_NOT_ENROLLED": "the user must turn two-step verification on",
    "ADVANCED_PROTECTION_NOT_ENROLLED": "the user must turn advanced protection on",
    "DEVELOPER_TOKEN_INVALID": "check the setting developer_token",
    "DEVELOPER_TOKEN_NOT_APPROVED": "apply for access for the setting developer_token",
    "DEVELOPER_TOKEN_PROHIBITED": (
        "the developer token belongs to another Google Cloud project than the login's client"
    ),
    "DEVELOPER_TOKEN_PARAMETER_MISSING": "set developer_token",
    "ACCESS_PROHIBITED": "the developer token may not use the API now; see its API Center",
    "PROJECT_DISABLED": "enable the Google Ads API in the Google Cloud project of the login",
    "CLOUD_PROJECT_NOT_UNDER_ORGANIZATION": "see the Google Cloud project of the login",
    "INVALID_LOGIN_CUSTOMER_ID": "check the setting login_customer_id",
}
_TRANSIENT = {"INTERNAL_ERROR", "TRANSIENT_ERROR"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """What an error says.

    Attributes:
        status: HTTP status, or gRPC's equivalent of it inside a stream.
        names: The error codes' names, such as `USER_PERMISSION_DENIED`.
        words: Google's messages.
        seconds: The time to wait that is named, if any.
        request_id: By which Google's support finds it.
    """

    status: int
    names: tuple[str, ...]
    words: str
    seconds: float | None
    request_id: str

    def __str__(self) -> str:
        named = f"{', '.join(self.names)}: " if self.names else ""
        found = f", request {self.request_id}" if self.request_id else ""
        return f"HTTP status {self.status}{found}: {named}{self.words}"


def check(status: int, body: bytes, retry_after: str | None, about: str) -> None:
    """Raise what an answer that is not good means.

    Args:
        status: Of HTTP.
        body: The whole answer.
        retry_after: The header, if there is one.
        about: What was asked, for a person.

    Raises:
        RetryError: It may be better later.
        CustomerError: This customer cannot be read.
        TooMuchError: It took longer than Google allows.
        TapError: Nothing can be read with these settings.
    """
    if status < _BAD and b'"error"' not in body:
        return
    try:
        decoded = msgspec.json.decode(body)
    except msgspec.DecodeError:
        if status < _BAD:
            return  # whoever reads its rows says what is wrong with it
        decoded = None
    error = _error(decoded)
    if error is not None:
        _raise(_refusal(error, status, _seconds(retry_after)), about)
    elif status >= _BAD:
        _raise_without_json(status, _seconds(retry_after), about)


def _error(decoded: Any) -> dict[str, Any] | None:  # noqa: ANN401  # JSON
    parts = decoded if isinstance(decoded, list) else [decoded]
    found = (part["error"] for part in parts if isinstance(part, dict) and "error" in part)
    return next((error for error in found if isinstance(error, dict)), None)


def _refusal(error: dict[str, Any], status: int, retry_after: float | None) -> Refusal:
    inner = list(_inner(error))
    names = tuple(str(name) for one in inner for name in one.get("errorCode", {}).values())
    words = " ".join(str(one["message"]).strip() for one in inner if one.get("message"))
    ids = (str(one.get("requestId", "")) for one in _details(error))
    delays = [found for found in _delays(error, inner) if found is not None]
    return Refusal(
        int(error.get("code") or status),
        names or tuple(filter(None, [str(error.get("status", ""))])),
        words or str(error.get("message", "")),
        max(delays, default=retry_after),
        next(filter(None, ids), ""),
    )


def _details(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (one for one in error.get("details") or () if isinstance(one, dict))


def _inner(error: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for detail in _details(error):
        yield from (one for one in detail.get("errors") or () if isinstance(one, dict))


def _delays(error: dict[str, Any], inner: list[dict[str, Any]]) -> Iterator[float | None]:
    """Google Ads' own place for the time to wait, and that of google.rpc.RetryInfo."""
    for one in inner:
        told = one.get("details") or {}
        yield _duration((told.get("quotaErrorDetails") or {}).get("retryDelay"))
    for detail in _details(error):
        yield _duration(detail.get("retryDelay"))


def _duration(value: object) -> float | None:
    match = _DELAY.fullmatch(str(value)) if value else None
    return float(match[1]) if match else None


def _seconds(header: str | None) -> float | None:
    return float(header) if header and header.isdigit() else None


def _raise(refusal: Refusal, about: str) -> None:
    for name in refusal.names:
        if name in _OF_A_CUSTOMER:
            raise CustomerError(f"{refusal}: {_OF_A_CUSTOMER[name]}")
        if name in _OF_THE_LOGIN:
            raise LoginError(f"Google refused {about} ({refusal}): {_OF_THE_LOGIN[name]}.")
    _raise_transient(refusal)
    if "UNSUPPORTED_VERSION" in refusal.names:
        raise ConfigError(
            f"Google no longer serves this version ({refusal}): set api_version to a newer one."
        )
    if refusal.status == _FORBIDDEN:
        raise CustomerError(f"{refusal}: check what the login may read")
    raise AnswerError(f"Google refused {about} ({refusal}).")


def _raise_transient(refusal: Refusal) -> None:
    status, words = refusal.status, str(refusal)
    if status == _TOO_MANY or "RESOURCE_EXHAUSTED" in refusal.names:
        raise RetryError("quota", words, refusal.seconds)
    if "DEADLINE_EXCEEDED" in refusal.names:
        raise TooMuchError(words)
    if status >= _SERVER or _TRANSIENT & set(refusal.names):
        raise RetryError("server error", words, refusal.seconds)
    if status == _UNAUTHORIZED:
        raise TokenError("access token", words)


def _raise_without_json(status: int, retry_after: float | None, about: str) -> None:
    if status >= _SERVER or status == _TOO_MANY:
        raise RetryError(f"HTTP status {status}", "", retry_after)
    hint = "check the settings api_version and api_url"
    raise AnswerError(f"The API answered {about} with HTTP status {status}: {hint}.")
