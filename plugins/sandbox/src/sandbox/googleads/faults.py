"""Everything that can go wrong at Google Ads, on demand."""

from collections.abc import Callable
from typing import ClassVar

from sandbox.faults import Asked, Order
from sandbox.googleads.access import not_enabled, permission_denied, token_expired
from sandbox.googleads.failures import ApiError

TOKEN, STREAM, SEARCH = "token", "googleAds:searchStream", "googleAds:search"


def _quota(name: str, scope: str, rate: str) -> Callable[["Fault"], ApiError]:
    def make(fault: "Fault") -> ApiError:
        delay = f"{fault.retry_seconds:g}s"
        told = {"rateScope": scope, "rateName": rate, "retryDelay": delay}
        return ApiError(
            429,
            "quotaError",
            name,
            f"Too many requests. Retry in {fault.retry_seconds:g} seconds.",
            details={"quotaErrorDetails": told},
        )

    return make


def _plain(http: int, family: str, name: str, message: str) -> Callable[["Fault"], ApiError]:
    return lambda _fault: ApiError(http, family, name, message)


# The answers that need no more than words.
ANSWERS: dict[str, Callable[["Fault"], ApiError]] = {
    "quota": _quota("RESOURCE_EXHAUSTED", "DEVELOPER", "Number of operations for basic access"),
    "quota_temporary": _quota(
        "RESOURCE_TEMPORARILY_EXHAUSTED", "ACCOUNT", "Requests per second per customer"
    ),
    "quota_without_delay": _plain(
        429, "quotaError", "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."
    ),
    "internal": _plain(500, "internalError", "INTERNAL_ERROR", "An internal error has occurred."),
    "transient": _plain(
        500,
        "internalError",
        "TRANSIENT_ERROR",
        "A transient error has occurred. Retry the request.",
    ),
    "unavailable": lambda _fault: ApiError(503, None),
    "deadline": _plain(
        504, "internalError", "DEADLINE_EXCEEDED", "The request took longer than a deadline."
    ),
    "token_expired": lambda _fault: token_expired(),
    "not_ads_user": _plain(
        401,
        "authenticationError",
        "NOT_ADS_USER",
        "The Google account that generated the OAuth access tokens is not associated with any Ads "
        "accounts. Create a new account, or add the Google account to an existing Ads account.",
    ),
    "developer_token_not_approved": _plain(
        403,
        "authorizationError",
        "DEVELOPER_TOKEN_NOT_APPROVED",
        "The developer token is only approved for use with test accounts. To access non-test "
        "accounts, apply for Basic or Standard access.",
    ),
    "permission_denied": lambda _fault: permission_denied(),
    "customer_not_enabled": lambda _fault: not_enabled(),
    "page_token_expired": _plain(
        400, "requestError", "EXPIRED_PAGE_TOKEN", "The page token has expired."
    ),
}
# What a client should simply try again.
TRANSIENT = (
    "quota",
    "quota_temporary",
    "quota_without_delay",
    "internal",
    "transient",
    "unavailable",
    "deadline",
    "token_expired",
    "truncated",
)
# These change a true answer, or how it arrives.
SPECIAL = (
    "invalid_grant",
    "timeout",
    "latency",
    "truncated",
    "not_json",
    "stream_error",
    "stream_hang",
)
KINDS = (*ANSWERS, *SPECIAL)
_ANYWHERE = ("unavailable", "timeout", "latency", "truncated", "not_json")


class Fault(Order, kw_only=True, forbid_unknown_fields=True):
    """An order for trouble.

    Args:
        customer_id: Only requests for this customer.
        resource: Only queries FROM this resource.
        retry_seconds: The time to wait that `quota` names.
        error: What `stream_error` puts into the array; one of the plain answers.
    """

    known: ClassVar[tuple[str, ...]] = KINDS
    transient: ClassVar[tuple[str, ...]] = TRANSIENT

    customer_id: str | None = None
    resource: str | None = None
    retry_seconds: float = 1.0
    error: str = "internal"

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.error not in ANSWERS:
            raise ValueError(f"unknown error {self.error}")

    def befits(self, kind: str, asked: Asked) -> bool:
        """Tell whether a kind of trouble can befall such a request at all."""
        if asked.endpoint == TOKEN:
            return kind in ("invalid_grant", *_ANYWHERE)
        if kind in ("stream_error", "stream_hang"):
            return asked.endpoint == STREAM
        if kind == "page_token_expired":
            return asked.endpoint == SEARCH
        return kind != "invalid_grant"

    def matches(self, asked: Asked) -> bool:
        """Tell whether a request is of the sort that was ordered.

        `asked.about` is `customer/resource`, as far as there are such.
        """
        customer_id, _, resource = (asked.about or "").partition("/")
        return (
            super().matches(asked)
            and self.customer_id in (None, customer_id)
            and self.resource in (None, resource)
        )
