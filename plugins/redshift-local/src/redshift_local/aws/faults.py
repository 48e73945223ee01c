"""Faults that a test asks for: what goes wrong, for which request, how often."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass, replace
from fnmatch import fnmatchcase
from typing import Any, Final

KINDS: Final = {
    "500": "an InternalError of S3 (status 500)",
    "slow_down": "S3's throttling (status 503, SlowDown)",
    "expired_token": "the caller's credentials have expired (ExpiredToken)",
    "truncated": "the answer's body ends in the middle and the connection with it",
    "reset": "the connection is reset before anything is done",
    "truncated_upload": "the connection is reset in the middle of the request's body",
    "lost_answer": "the request is done, then the connection is reset without an answer",
}


@dataclass(frozen=True)
class Fault:
    """One fault to come.

    Attributes:
        kind: One of `KINDS`.
        operation: HTTP method it waits for, or `*`.
        count: How many requests it still hits.
        key: Pattern (`*`, `?`) over `bucket/key`, or `service/Action` for what is not S3
            (`redshift/GetClusterCredentials`, `redshift-serverless/GetCredentials`, `sts/*`).
    """

    kind: str
    operation: str = "*"
    count: int = 1
    key: str = "*"

    def hits(self, operation: str, key: str) -> bool:
        """Tell whether this fault is meant for such a request."""
        return self.operation in {"*", operation} and fnmatchcase(key, self.key)


def parse_fault(given: dict[str, Any]) -> Fault:
    """Read a fault from JSON.

    Raises:
        ValueError: A kind, a field or a count that does not exist.
    """
    if unknown := given.keys() - {"kind", "operation", "count", "key"}:
        raise ValueError(f"unknown field of a fault: {', '.join(sorted(unknown))}")
    fault = Fault(**given)
    if fault.kind not in KINDS:
        raise ValueError(f"unknown kind of fault {fault.kind!r}: one of {', '.join(KINDS)}")
    if fault.count < 1:
        raise ValueError(f"a fault hits at least one request, not {fault.count}")
    return fault


class Faults:
    """The faults to come, in the order in which they were set, and the count of those that came."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pending: list[Fault] = []
        self._counts: Counter[str] = Counter()

    def set(self, fault: Fault) -> None:
        """Add a fault after those that wait already."""
        with self._lock:
            self._pending.append(fault)

    def clear(self) -> None:
        """Forget what waits, and the counts."""
        with self._lock:
            self._pending.clear()
            self._counts.clear()

    def take(self, operation: str, key: str) -> str | None:
        """The kind of the first fault that is meant for this request; counted as having come."""
        with self._lock:
            for index, fault in enumerate(self._pending):
                if fault.hits(operation, key):
                    left = replace(fault, count=fault.count - 1)
                    self._pending[index : index + 1] = [left] if left.count else []
                    self._counts[fault.kind] += 1
                    return fault.kind
        return None

    @property
    def counts(self) -> dict[str, int]:
        """How many requests each kind has hit."""
        with self._lock:
            return dict(self._counts)

    def describe(self) -> dict[str, Any]:
        """What waits and what came, for `GET /_faults`."""
        with self._lock:
            return {"pending": [asdict(fault) for fault in self._pending], "counts": self._counts}
