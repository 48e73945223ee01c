"""Time ranges, presets and increments of a request for insights."""

import json
from datetime import date, timedelta
from typing import NamedTuple

from sandbox.facebook.errors import GraphError, one_of
from sandbox.facebook.names import VALUES
from sandbox.facebook.parameters import Parameters, day, structure

HISTORY_MONTHS = 37
LARGEST_INCREMENT = 90
DEFAULT_PRESET = "last_30d"
_DAY = timedelta(days=1)


class Period(NamedTuple):
    """Days, both included."""

    since: date
    until: date


def periods(parameters: Parameters, today: date) -> tuple[Period, ...]:
    """The periods of a request's rows, oldest first as asked.

    Args:
        parameters: Of the request: `time_ranges`, `time_range`, `date_preset`, `time_increment`.
        today: The account's own day.

    Raises:
        GraphError: They make no sense, or reach back further than 37 months.
    """
    several = structure(parameters, "time_ranges")
    if several is not None:
        if not isinstance(several, list):
            raise GraphError("(#100) param time_ranges must be an array.")
        # With several ranges the increment is ignored.
        return tuple(_range(item, "time_ranges", today) for item in several)
    single = structure(parameters, "time_range")
    whole = (
        _range(single, "time_range", today)
        if single is not None
        else _preset(parameters.get("date_preset") or DEFAULT_PRESET, today)
    )
    return tuple(_increments(whole, parameters.get("time_increment") or "all_days"))


def oldest(today: date) -> date:
    """The first day that may still be asked for."""
    months = today.year * 12 + today.month - 1 - HISTORY_MONTHS
    year, month = divmod(months, 12)
    for days in range(today.day, 0, -1):
        try:
            return date(year, month + 1, days)
        except ValueError:
            continue
    raise AssertionError


def _range(value: object, name: str, today: date) -> Period:
    if not isinstance(value, dict) or not {"since", "until"} <= set(value):
        raise GraphError(f"(#100) param {name} must be an object with since and until.")
    found = Period(day(value["since"], f"{name}[since]"), day(value["until"], f"{name}[until]"))
    if found.since > found.until:
        raise GraphError(f"(#100) param {name}[since] must not be after {name}[until].")
    if found.since < oldest(today):
        raise GraphError(
            "(#3018) The start date of the time range cannot be beyond "
            f"{HISTORY_MONTHS} months from the current date",
            3018,
        )
    return found


def _preset(name: str, today: date) -> Period:
    if name not in VALUES["date_preset"]:
        raise one_of("date_preset", VALUES["date_preset"])
    yesterday = today - _DAY
    if name.startswith("last_") and name.endswith("d"):
        return Period(today - timedelta(days=int(name[5:-1])), yesterday)
    month = today.replace(day=1)
    quarter = _quarter(today)
    year = month.replace(month=1)
    monday = today - timedelta(days=today.weekday())
    sunday = today - timedelta(days=today.isoweekday() % 7)
    return {
        "today": Period(today, today),
        "yesterday": Period(yesterday, yesterday),
        "this_week_mon_today": Period(monday, today),
        "this_week_sun_today": Period(sunday, today),
        "last_week_mon_sun": Period(monday - 7 * _DAY, monday - _DAY),
        "last_week_sun_sat": Period(sunday - 7 * _DAY, sunday - _DAY),
        "this_month": Period(month, today),
        "last_month": Period((month - _DAY).replace(day=1), month - _DAY),
        "this_quarter": Period(quarter, today),
        "last_quarter": Period(_quarter(quarter - _DAY), quarter - _DAY),
        "this_year": Period(year, today),
        "last_year": Period(year.replace(year=year.year - 1), year - _DAY),
        "maximum": Period(oldest(today), today),
        "data_maximum": Period(oldest(today), today),
    }[name]


def _quarter(day: date) -> date:
    """The first day of a day's quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def _increments(whole: Period, increment: str) -> list[Period]:
    word = increment
    if increment.startswith('"'):
        word = str(json.loads(increment))
    if word == "all_days":
        return [whole]
    if word == "monthly":
        return _months(whole)
    if not word.isdecimal() or not 1 <= int(word) <= LARGEST_INCREMENT:
        raise GraphError(
            f"(#100) time_increment must be an integer between 1 and {LARGEST_INCREMENT}, "
            "monthly or all_days"
        )
    step, found, since = timedelta(days=int(word)), [], whole.since
    while since <= whole.until:
        found.append(Period(since, min(since + step - _DAY, whole.until)))
        since += step
    return found


def _months(whole: Period) -> list[Period]:
    found, since = [], whole.since
    while since <= whole.until:
        following = (since.replace(day=1) + timedelta(days=32)).replace(day=1)
        found.append(Period(since, min(following - _DAY, whole.until)))
        since = following
    return found
