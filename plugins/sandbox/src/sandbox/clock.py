"""The two clocks of a simulated API: the world's, which is a day, and one that runs."""

import time
from datetime import UTC, date, datetime
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from sandbox.world.days import SECONDS, TIME_ZONE, midnight


class Clock:
    """The clock by which cursors expire and limits are lifted; tests move it ahead.

    Attributes:
        skew: Seconds ahead of the true clock.
    """

    def __init__(self) -> None:
        self.skew = 0.0

    def now(self) -> float:
        """Epoch seconds."""
        return time.time() + self.skew


def last_second(day: date, time_zone: ZoneInfo = TIME_ZONE) -> datetime:
    """The last second of a day, as a moment in a time zone; the company's unless said."""
    return datetime.fromtimestamp(midnight(day) + SECONDS - 1, UTC).astimezone(time_zone)


def http_date(day: date) -> str:
    """The last second of the company's day, as the header `Date` has it."""
    return format_datetime(last_second(day).astimezone(UTC), usegmt=True)
