"""DATEFORMAT and TIMEFORMAT: the forms in which COPY takes days and instants.

By AWS's "DATEFORMAT and TIMEFORMAT strings" and "Using automatic recognition": the default is
`YYYY-MM-DD` and `YYYY-MM-DD HH:MI:SS` (HH counts to 24; a fraction and, for TIMESTAMPTZ, an offset
may follow); `auto` recognises more. Of what `auto` recognises, the ISO 8601 forms are known here
and the rest is refused.
"""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

from redshift_local.errors import Refused

_EPOCHS: Final = {"epochsecs": 1, "epochmillisecs": 1000}
_PARTS: Final = {
    "YYYY": r"(?P<year>\d{4})",
    "MM": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "HH24": r"(?P<hour>\d{1,2})",
    "HH": r"(?P<hour>\d{1,2})",
    "MI": r"(?P<minute>\d{2})",
    "SS": r"(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?",
    "OF": r"(?P<offset>Z|[+-]\d{2}(?::?\d{2})?)?",
}
_WORD: Final = re.compile(r"HH24|YYYY|MM|DD|HH|MI|SS|OF|.")
_AUTO_DATES: Final = ("YYYY-MM-DD", "YYYY/MM/DD", "YYYYMMDD")
_AUTO_TIMES: Final = ("YYYY-MM-DD HH:MI:SSOF", "YYYY-MM-DDTHH:MI:SSOF", "YYYY-MM-DD HH:MIOF")


def read_date(text: str, form: str | None) -> date | None:
    """A day, or none if the text has not this form.

    Raises:
        Refused: A form that is not known here.
    """
    found = _read(text, _AUTO_DATES if form == "auto" else (form or "YYYY-MM-DD",))
    if found is None and form == "auto":
        # a day may come with its time
        found = _read(text, _AUTO_TIMES)
    return found.date() if found else None


def read_timestamp(text: str, form: str | None, *, zoned: bool) -> datetime | None:
    """An instant, or none if the text has not this form.

    Args:
        text: The field.
        form: TIMEFORMAT, if given.
        zoned: Whether the column is TIMESTAMPTZ; only then an offset may say something.
    """
    if form in _EPOCHS:
        return _epoch(text, _EPOCHS[form])
    found = _read(text, _forms(form, zoned=zoned))
    if found is None and form == "auto":
        found = _read(text, _AUTO_DATES)
    if found is None or zoned or found.tzinfo is None:
        return found
    return found.replace(tzinfo=None) if found.utcoffset() == timedelta(0) else None


def _forms(form: str | None, *, zoned: bool) -> tuple[str, ...]:
    if form == "auto":
        return _AUTO_TIMES
    if form is None:
        return ("YYYY-MM-DD HH:MI:SSOF" if zoned else "YYYY-MM-DD HH:MI:SS",)
    return (form,)


def _read(text: str, forms: tuple[str, ...]) -> datetime | None:
    for form in forms:
        found = _pattern(form).fullmatch(text)
        if found is not None:
            return _made(found.groupdict())
    return None


def _made(parts: dict[str, str | None]) -> datetime | None:
    number = parts.get
    try:
        made = datetime(  # noqa: DTZ001 - the offset follows
            int(number("year") or 1),
            int(number("month") or 1),
            int(number("day") or 1),
            int(number("hour") or 0),
            int(number("minute") or 0),
            int(number("second") or 0),
            int((number("fraction") or "").ljust(6, "0")),
        )
        offset = number("offset")
        return made.replace(tzinfo=_zone(offset)) if offset else made
    except ValueError:
        return None


@functools.lru_cache(maxsize=256)
def _zone(text: str) -> timezone:
    if text == "Z":
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-size if text[0] == "-" else size)


def _epoch(text: str, per_second: int) -> datetime | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    whole, _, fraction = text.partition(".")
    micros = int(whole + fraction[:6].ljust(6, "0")) // per_second
    return datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None) + timedelta(microseconds=micros)


@functools.cache
def _pattern(form: str) -> re.Pattern[str]:
    pieces = []
    for word in _WORD.findall(form):
        if word.isalpha() and word not in _PARTS and word != "T":
            raise Refused(f"DATEFORMAT/TIMEFORMAT '{form}'")
        pieces.append(_PARTS.get(word, re.escape(word)))
    return re.compile("".join(pieces))
