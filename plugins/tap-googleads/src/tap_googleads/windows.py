"""Which days are read in one request, and where a reading begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from line_tap.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import MutableMapping

_FIRST_DAYS, _MOST_DAYS = 31, 366
_FEW, _MANY = 4 * 1024 * 1024, 24 * 1024 * 1024  # bytes of an answer
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """Days that are read in one request, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """The days."""
        count = (self.last - self.first).days + 1
        return [self.first + timedelta(days=n) for n in range(count)]

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first} to {self.last}"


class Pace:
    """How many days to ask for at a time, by how much came of the last ones."""

    def __init__(self, days: int = _FIRST_DAYS, most: int = _MOST_DAYS) -> None:
        self._days = min(days, most)
        self._most = most

    def window(self, first: date, last: date) -> Window:
        """The next window, from a day to a last one at most."""
        return Window(first, min(last, first + timedelta(days=self._days - 1)))

    def came(self, window: Window, size: int) -> None:
        """Note how many bytes came of a window."""
        days = len(window.days)
        if size > _MANY:
            self._days = max(1, days // 2)
        elif size < _FEW and days == self._days:
            self._days = min(self._most, days * 2)

    def too_much(self, window: Window) -> None:
        """Note that a window was too much for one request."""
        self._days = max(1, len(window.days) // 2)


class Bookmark:
    """What the state of one customer in one stream says.

    `replication_key_value` is the last day that is done, `begun_on` the customer's day on which
    that reading began: the days before it were restated since, as far as the look-back reaches.

    Args:
        state: The partition's state, which is changed.
        about: Stream and customer, for a person.
    """

    def __init__(self, state: MutableMapping[str, Any], about: str) -> None:
        self._state = state
        self._about = about

    def first_day(self, start: date, lookback_days: int) -> date:
        """Return where to begin.

        Raises:
            ConfigError: The state holds no day there.
        """
        done = self._day("replication_key_value")
        if done is None:
            return start
        begun_on = self._day("begun_on") or done
        return max(start, min(done + ONE_DAY, begun_on - timedelta(days=lookback_days)))

    def move(self, key: str, done: date, begun_on: date) -> None:
        """Note that all days up to one are read, by a reading that began on a day."""
        self._state["replication_key"] = key
        self._state["replication_key_value"] = done.isoformat()
        self._state["begun_on"] = begun_on.isoformat()

    def _day(self, name: str) -> date | None:
        value = self._state.get(name)
        try:
            return date.fromisoformat(str(value)[:10]) if value is not None else None
        except ValueError:
            raise ConfigError(
                f"The state's {name} of {self._about} is {value!r}, not a day: remove it, or run "
                "a full refresh."
            ) from None
