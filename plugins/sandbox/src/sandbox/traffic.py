"""Who is being served at this moment, and what was served so far."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager


class Traffic:
    """Requests by endpoint family.

    Args:
        limit: How many requests of a family may be in flight; None where there is no limit.
    """

    def __init__(self, limit: Callable[[str], int | None] = lambda _family: None) -> None:
        self._limit = limit
        self._in_flight: Counter[str] = Counter()
        self.reset()

    def reset(self) -> None:
        """Begin to count anew."""
        self._requests: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()
        self._faults: Counter[str] = Counter()
        self._records: Counter[str] = Counter()
        self._highest: dict[str, int] = defaultdict(int)

    @contextmanager
    def request(self, family: str) -> Iterator[bool]:
        """Count a request while it lasts; tells whether there was room for it."""
        limit = self._limit(family)
        self._requests[family] += 1
        self._in_flight[family] += 1
        try:
            room = limit is None or self._in_flight[family] <= limit
            self._highest[family] = max(self._highest[family], self._in_flight[family])
            self._refused[family] += not room
            yield room
        finally:
            self._in_flight[family] -= 1

    def fault(self, kind: str) -> None:
        """Count a fault that was served."""
        self._faults[kind] += 1

    def records(self, family: str, count: int) -> None:
        """Count records that were served."""
        self._records[family] += count

    def stats(self) -> dict[str, object]:
        """All counts; `max_in_flight` includes what was refused."""
        return {
            "requests": dict(self._requests),
            "in_flight": dict(+self._in_flight),
            "max_in_flight": dict(self._highest),
            "refused": dict(+self._refused),
            "faults": dict(self._faults),
            "records": dict(self._records),
        }
