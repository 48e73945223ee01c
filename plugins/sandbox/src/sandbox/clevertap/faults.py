"""Everything that can go wrong at CleverTap, on demand."""

from typing import ClassVar

from sandbox.faults import Asked, Order

# What a client should simply try again.
TRANSIENT = (
    "too_many_requests",
    "too_many_requests_200",
    "in_progress",
    "accepted",
    "server_error",
    "unavailable",
    "truncated",
)
# HTTP status, error and code of the answers that need no more than words.
ANSWERS: dict[str, tuple[int, object, int | None]] = {
    "too_many_requests": (429, "Too many concurrent requests", 429),
    "too_many_requests_200": (200, "Too many requests", 1),
    "in_progress": (200, "Request still in progress, please retry later", 2),
    "server_error": (500, "An unknown error occurred", 500),
    "unavailable": (503, "Service Unavailable", 503),
    "cursor_invalid": (200, "Incorrect Usage", 3),
    "export_not_allowed": (400, "Export not allowed for this event", 400),
    "invalid_event": (200, ["Invalid event : simulated"], 400),
    "invalid_account": (401, "Account ID is not valid", 401),
    "invalid_credentials": (401, "Invalid Credentials", 401),
    "bad_dates": (400, "Invalid date range", 400),
    "forbidden": (403, "Forbidden", 403),
    "not_found": (404, "Not Found", 404),
    "method_not_allowed": (405, "Method Not Allowed", 405),
    "other_failure": (200, "Something that no table names", 99),
    "no_result_409": (409, "No result yet", 409),
    "no_result_500": (500, "This target has no result as of yet", 500),
}
# These change a true answer, or how it arrives.
SPECIAL = (
    "accepted",
    "no_result_200",
    "timeout",
    "truncated",
    "not_json",
    "cursor_cycle",
    "records_null",
    "latency",
)
KINDS = (*ANSWERS, *SPECIAL)
PAGES = ("cursor_cycle", "records_null")
RESULTS = ("no_result_409", "no_result_500", "no_result_200")


class Fault(Order, kw_only=True, forbid_unknown_fields=True):
    """An order for trouble.

    Args:
        event_name: Only requests for this event; pages know theirs by the cursor.
        length: Pages in a `cursor_cycle`.
    """

    known: ClassVar[tuple[str, ...]] = KINDS
    transient: ClassVar[tuple[str, ...]] = TRANSIENT

    event_name: str | None = None
    length: int = 2

    @property
    def about(self) -> str | None:
        """Only requests for this event."""
        return self.event_name

    def befits(self, kind: str, asked: Asked) -> bool:
        """Tell whether a kind of trouble can befall such a request at all."""
        if kind in PAGES:
            return asked.method == "GET" and asked.endpoint in ("events", "profiles")
        return kind not in RESULTS or asked.endpoint == "targets/result"
