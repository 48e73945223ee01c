"""Everything that can go wrong at CleverTap, on demand."""

from typing import Literal

import msgspec

from sandbox.world.chance import Chance

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
RANDOM = "random"


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """An order for trouble, as POST /_sandbox/faults takes it.

    Args:
        kind: One of the kinds, or `random` for a mix.
        times: How often it strikes; 0 is for ever.
        endpoint: Only requests to this endpoint (`events`, `targets/result`), or below it
            (`counts`).
        method: Only GET or only POST.
        event_name: Only requests for this event; pages know theirs by the cursor.
        nth: Begin with the nth request that matches.
        seconds: How long `timeout` hangs, or `latency` waits.
        length: Pages in a `cursor_cycle`.
        per_mille: `random` strikes so many of a thousand requests.
        seed: Chance of `random`.
        kinds: What `random` draws from.
    """

    kind: str
    times: int = 1
    endpoint: str | None = None
    method: Literal["GET", "POST"] | None = None
    event_name: str | None = None
    nth: int = 1
    seconds: float = 3600.0
    length: int = 2
    per_mille: int = 100
    seed: int = 0
    kinds: tuple[str, ...] = TRANSIENT
    seen: int = 0
    served: int = 0

    def __post_init__(self) -> None:
        wrong = {self.kind, *self.kinds} - {*KINDS, RANDOM}
        if wrong or RANDOM in self.kinds or not self.kinds:
            raise ValueError(f"unknown kind {', '.join(sorted(wrong)) or RANDOM}")

    def matches(self, endpoint: str, method: str, event_name: str | None) -> bool:
        """Tell whether a request is of the sort that was ordered."""
        return (
            _befits(self.kind, endpoint, method)
            and (self.endpoint in (None, endpoint) or endpoint.startswith(f"{self.endpoint}/"))
            and self.method in (None, method)
            and self.event_name in (None, event_name)
        )


def _befits(kind: str, endpoint: str, method: str) -> bool:
    """Tell whether a kind of trouble can befall such a request at all."""
    if kind in PAGES:
        return method == "GET" and endpoint in ("events", "profiles")
    return kind not in RESULTS or endpoint == "targets/result"


class Faults:
    """The orders that stand, oldest first."""

    def __init__(self) -> None:
        self._orders: list[Fault] = []
        self._chances: dict[int, Chance] = {}

    def order(self, fault: Fault) -> None:
        """Take an order."""
        self._orders.append(fault)
        self._chances[id(fault)] = Chance(f"faults|{fault.seed}")

    def clear(self) -> None:
        """Forget all orders."""
        self._orders.clear()
        self._chances.clear()

    def listed(self) -> list[Fault]:
        """All orders, with how often they struck."""
        return self._orders

    def strike(self, endpoint: str, method: str, event_name: str | None) -> Fault | None:
        """What befalls a request, if anything."""
        struck = None
        for fault in self._orders:
            if not fault.matches(endpoint, method, event_name):
                continue
            fault.seen += 1
            if struck is None and fault.seen >= fault.nth:
                struck = self._draw(fault, endpoint, method)
        return struck

    def _draw(self, fault: Fault, endpoint: str, method: str) -> Fault | None:
        if fault.times and fault.served >= fault.times:
            return None
        if fault.kind != RANDOM:
            fault.served += 1
            return fault
        chance = self._chances[id(fault)]
        kinds = [kind for kind in fault.kinds if _befits(kind, endpoint, method)]
        if not chance.hit(fault.per_mille) or not kinds:
            return None
        fault.served += 1
        return Fault(kind=chance.pick(kinds), seconds=fault.seconds, length=fault.length)
