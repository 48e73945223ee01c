"""Days of the company, which lives in one time zone."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

TIME_ZONE = ZoneInfo("Asia/Kolkata")
FIRST_DAY = date(2026, 8, 3)
SECONDS = 86_400
# "000000" to "235959", as CleverTap writes a time of day.
CLOCK_TIMES = [f"{s // 3600:02d}{s // 60 % 60:02d}{s % 60:02d}" for s in range(SECONDS)]


@lru_cache(maxsize=4096)
def midnight(day: date) -> int:
    """Epoch second at which a local day begins."""
    return int(datetime.combine(day, time(), TIME_ZONE).timestamp())


def local_text(day: date, second: int) -> str:
    """A moment as Postgres reads it, with the company's offset."""
    moment = datetime.combine(day, time(), TIME_ZONE) + timedelta(seconds=second)
    return moment.isoformat(sep=" ")


def utc_text(epoch: int) -> str:
    """A moment as ISO 8601 in UTC."""
    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def monday(day: date) -> date:
    """First day of a day's week."""
    return day - timedelta(days=day.weekday())
