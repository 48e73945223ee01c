"""Days, the buckets that a report sums them to, and the windows that are asked for at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

MONTHLY = "monthly"
HISTORY_MONTHS = 37
_DAY = timedelta(days=1)
_MONDAY = date(2024, 1, 1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days asked for at once, both included; it begins where a bucket begins."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first}" if self.first == self.last else f"{self.first} to {self.last}"


class Buckets:
    """The days that a row of a report stands for, on a grid that does not depend on the run.

    So a bucket has the same first day, which is a part of its rows' key, however a run was cut.

    Args:
        increment: Days per bucket, counted from a Monday; or `monthly`, calendar months.
    """

    def __init__(self, increment: int | str) -> None:
        self._increment = increment

    def first(self, day: date) -> date:
        """Return the first day of the bucket that holds a day."""
        if isinstance(self._increment, int):
            return day - timedelta((day - _MONDAY).days % self._increment)
        return day.replace(day=1)

    def following(self, day: date) -> date:
        """Return the first day of the next bucket."""
        if isinstance(self._increment, int):
            return self.first(day) + timedelta(self._increment)
        return (day.replace(day=1) + timedelta(days=32)).replace(day=1)

    def window(self, first: date, last: date, days: int) -> Window:
        """Return whole buckets from `first` on: so many days of them, but one at the least."""
        until = self.following(first)
        while self.following(until) - first <= timedelta(days):
            until = self.following(until)
        return Window(first, min(until - _DAY, last))

    def halves(self, window: Window) -> tuple[Window, Window] | None:
        """Return a window's two halves of whole buckets; None for a single bucket."""
        begins = list(self.begins(window))
        if len(begins) == 1:
            return None
        middle = begins[(len(begins) + 1) // 2]
        return Window(window.first, middle - _DAY), Window(middle, window.last)

    def begins(self, window: Window) -> Iterator[date]:
        """Yield the first day of each bucket of a window."""
        day = window.first
        while day <= window.last:
            yield day
            day = self.following(day)


def oldest_day(today: date) -> date:
    """Return the first day that the API serves: 37 months ago, and a day for time zones."""
    year, month = divmod(today.year * 12 + today.month - 1 - HISTORY_MONTHS, 12)
    following = (date(year, month + 1, 1) + timedelta(days=32)).replace(day=1)
    return min(date(year, month + 1, 1) + timedelta(today.day - 1), following - _DAY) + _DAY
