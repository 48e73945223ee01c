"""Errors in the Graph API's own words."""

import itertools

from starlette.responses import Response

from sandbox.answering import json_response

LIVE = ("v26.0", "v25.0")
INSIGHTS_REFERENCE = "https://developers.facebook.com/docs/marketing-api/reference/ads-insights/"
_traces = itertools.count(0x5EED)


class GraphError(Exception):
    """An answer that ends the request.

    Args:
        message: Meta's words.
        code: Meta's code.
        subcode: Meta's subcode.
        status: HTTP status.
        kind: Meta's `type`.
        is_transient: Whether Meta says that trying again may help.
        user: Title and text for the person who reads it.
    """

    def __init__(  # noqa: PLR0913 - the parts of Meta's error
        self,
        message: str,
        code: int = 100,
        subcode: int | None = None,
        *,
        status: int = 400,
        kind: str = "OAuthException",
        is_transient: bool = False,
        user: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code, self.subcode, self.status = code, subcode, status
        self.kind, self.is_transient, self.user = kind, is_transient, user

    @property
    def response(self) -> Response:
        """The answer itself."""
        error: dict[str, object] = {
            "message": str(self),
            "type": self.kind,
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.is_transient or self.user:
            error["is_transient"] = self.is_transient
        if self.user:
            error["error_user_title"], error["error_user_msg"] = self.user
        error["fbtrace_id"] = f"A{next(_traces):022X}"
        return json_response({"error": error}, self.status)


def not_simulated(what: str) -> GraphError:
    """What the real API has and the sandbox has not: said openly, as nobody's own words."""
    return GraphError(f"(#100) The sandbox does not simulate {what}")


def no_such_object(node: str) -> GraphError:
    """There is no such object, or nobody may see it."""
    return GraphError(
        f"Unsupported get request. Object with ID '{node}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API "
        "documentation at https://developers.facebook.com/docs/graph-api",
        100,
        33,
        kind="GraphMethodException",
    )


def too_much_data(*, sync_timeout: bool = False) -> GraphError:
    """The answer would hold too much."""
    message = "Please reduce the amount of data you're asking for, then retry your request"
    if sync_timeout:
        return GraphError(message, 1, status=500)
    return GraphError(
        message,
        100,
        1487534,
        user=(
            "Too much data was requested",
            (
                "Please reduce the time range, the fields or the breakdowns of the query, "
                "or use async queries."
            ),
        ),
    )


def report_not_ready() -> GraphError:
    """A report was fetched before it was complete."""
    return GraphError(
        "Error accessing adreport job.",
        2601,
        1815107,
        is_transient=True,
        user=(
            "Loading Async Ads Report Failed",
            (
                "Sorry, the report cannot be loaded successfully. Please check if your job status "
                "is completed instead of failed or running before fetching the data."
            ),
        ),
    )


def one_of(name: str, values: tuple[str, ...]) -> GraphError:
    """A parameter's value is none of those that it may have."""
    return GraphError(f"(#100) {name} must be one of the following values: {', '.join(values)}")
