"""Days as segments, and the periods that GAQL has names for."""

from datetime import date, timedelta
from functools import lru_cache

from sandbox.googleads.failures import query_error
from sandbox.world.days import monday

_DAY = timedelta(days=1)
DAYS_OF_WEEK = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
MONTHS = (
    "JANUARY",
    "FEBRUARY",
    "MARCH",
    "APRIL",
    "MAY",
    "JUNE",
    "JULY",
    "AUGUST",
    "SEPTEMBER",
    "OCTOBER",
    "NOVEMBER",
    "DECEMBER",
)


@lru_cache(maxsize=4096)
def day_segments(day: date) -> dict[str, object]:
    """What a day belongs to, by the segment's name."""
    return {
        "segments.date": str(day),
        "segments.week": str(monday(day)),
        "segments.month": str(day.replace(day=1)),
        "segments.quarter": str(day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)),
        "segments.year": day.year,
        "segments.day_of_week": DAYS_OF_WEEK[day.weekday()],
        "segments.month_of_year": MONTHS[day.month - 1],
    }


def period(name: str, today: date) -> tuple[date, date]:
    """First and last day of a period such as `LAST_30_DAYS`, by the account's today.

    LAST_n_DAYS end yesterday.
    """
    yesterday = today - _DAY
    sunday = today - timedelta(days=(today.weekday() + 1) % 7)
    last_month = today.replace(day=1) - _DAY
    periods = {
        "TODAY": (today, today),
        "YESTERDAY": (yesterday, yesterday),
        "LAST_7_DAYS": (today - 7 * _DAY, yesterday),
        "LAST_14_DAYS": (today - 14 * _DAY, yesterday),
        "LAST_30_DAYS": (today - 30 * _DAY, yesterday),
        "LAST_BUSINESS_WEEK": (monday(today) - 7 * _DAY, monday(today) - 3 * _DAY),
        "LAST_WEEK_MON_SUN": (monday(today) - 7 * _DAY, monday(today) - _DAY),
        "LAST_WEEK_SUN_SAT": (sunday - 7 * _DAY, sunday - _DAY),
        "THIS_WEEK_MON_TODAY": (monday(today), today),
        "THIS_WEEK_SUN_TODAY": (sunday, today),
        "THIS_MONTH": (today.replace(day=1), today),
        "LAST_MONTH": (last_month.replace(day=1), last_month),
    }
    if name not in periods:
        raise query_error(
            "INVALID_VALUE_WITH_DURING_OPERATOR",
            f"Invalid date literal supplied for DURING operator: {name}.",
        )
    return periods[name]
