"""Everything that can go wrong at the Marketing API, on demand."""

from typing import ClassVar

from sandbox.facebook.errors import (
    LIVE,
    GraphError,
    no_such_object,
    report_not_ready,
    too_much_data,
)
from sandbox.faults import Asked, Order

_TOO_MANY = "There have been too many calls from this ad-account. Wait a bit and try again."
_BUSINESS_USE_CASE = (
    "There have been too many calls to this {} account. Wait a bit and try again. For more info, "
    "please refer to https://developers.facebook.com/docs/graph-api/overview/rate-limiting."
)
_USE_CASES = {
    80000: "ads-insights",
    80001: "page",
    80002: "Instagram",
    80003: "custom-audience",
    80004: "ad",
    80005: "lead-generation",
    80006: "messenger",
    80007: "WhatsApp Business",
    80008: "WhatsApp Business management",
    80009: "catalog management",
    80010: "catalog",
    80011: "commerce",
    80012: "commerce",
    80013: "commerce",
    80014: "catalog batch",
}
# Codes of a limit, with the HTTP status, subcode and words of the answer.
LIMITS: dict[int, tuple[int, int | None, str]] = {
    4: (403, None, "(#4) Application request limit reached"),
    17: (400, 2446079, "(#17) User request limit reached"),
    32: (400, None, "(#32) Page request limit reached"),
    341: (400, None, "(#341) Application limit reached"),
    613: (400, 1487742, f"(#613) {_TOO_MANY}"),
    **{
        code: (400, 2446079, f"(#{code}) {_BUSINESS_USE_CASE.format(name)}")
        for code, name in _USE_CASES.items()
    },
}


def limit_error(code: int) -> GraphError:
    """The answer to a request beyond a limit."""
    status, subcode, message = LIMITS[code]
    return GraphError(message, code, subcode, status=status, is_transient=True)


ERRORS: dict[str, GraphError] = {
    **{f"code_{code}": limit_error(code) for code in LIMITS},
    "code_1": GraphError("An unknown error occurred", 1, 99, status=500),
    "code_2": GraphError(
        "Service temporarily unavailable",
        2,
        1504044,
        status=500,
        is_transient=True,
        user=("Ad Account Is Temporarily Unavailable", "Please try again later."),
    ),
    "transient": GraphError("An unexpected error has occurred. Please retry your request later.",
                            960, status=503, is_transient=True),
    "too_many_requests": GraphError("Too many requests", 4, status=429, is_transient=True),
    "server_error": GraphError("An unknown error occurred", 1, status=500),
    "reduce_data": too_much_data(),
    "reduce_data_500": too_much_data(sync_timeout=True),
    "report_not_ready": report_not_ready(),
    "bad_token": GraphError("Invalid OAuth access token - Cannot parse access token", 190),
    "expired_token": GraphError(
        "Error validating access token: Session has expired on Friday, 30-Oct-26 12:00:00 PDT. "
        "The current time is Saturday, 31-Oct-26 04:00:00 PDT.",
        190,
        463,
    ),
    "revoked_token": GraphError(
        "Error validating access token: The session has been invalidated because the user "
        "changed their password or Facebook has changed the session for security reasons.",
        190,
        460,
    ),
    "no_permission": GraphError(
        "(#200) Ad account owner has NOT grant ads_management or ads_read permission",
        200,
        status=403,
    ),
    "app_not_permitted": GraphError(
        "(#10) Application does not have permission for this action", 10, status=403
    ),
    "no_such_object": no_such_object("simulated"),
    "invalid_parameter": GraphError("(#100) Invalid parameter", 100),
    "expired_version": GraphError(
        "(#2635) You are calling a deprecated version of the Ads API. Please update to the latest "
        f"version: {LIVE[0]}.",
        2635,
    ),
}  # fmt: skip
# These change a true answer, or how it arrives.
SPECIAL = ("bad_gateway", "unavailable", "timeout", "latency", "truncated", "not_json")
# These befall a report run: its `async_status` for ever, or until it has been asked for once.
JOBS = {
    "job_failed": "Job Failed",
    "job_skipped": "Job Skipped",
    "job_not_started": "Job Not Started",
    "job_stuck": "Job Running",
}
KINDS = (*ERRORS, *SPECIAL, *JOBS)
# What a client should simply try again.
TRANSIENT = (
    "code_1",
    "code_2",
    "code_4",
    "code_17",
    "code_613",
    "code_80000",
    "code_80004",
    "transient",
    "too_many_requests",
    "bad_gateway",
    "unavailable",
    "truncated",
)


class Fault(Order, kw_only=True, forbid_unknown_fields=True):
    """An order for trouble.

    Args:
        account: Only requests for this ad account (digits), or for something in it.
        minutes: What the usage headers of a limit say of the time to wait.
    """

    known: ClassVar[tuple[str, ...]] = KINDS
    transient: ClassVar[tuple[str, ...]] = TRANSIENT

    account: str | None = None
    minutes: int = 1

    @property
    def about(self) -> str | None:
        """Only requests for this account."""
        return self.account

    def befits(self, kind: str, asked: Asked) -> bool:
        """Tell whether a kind of trouble can befall such a request at all."""
        if kind in JOBS:
            return (asked.endpoint, asked.method) == ("insights", "POST")
        if kind == "report_not_ready":
            return asked.endpoint == "report/insights"
        if kind in ("reduce_data", "reduce_data_500"):
            return "insights" in asked.endpoint.split("/")
        return True
