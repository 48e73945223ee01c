"""Account-local time: CleverTap's days and its `ts`."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_TS_DIGITS = 14


def utc_now() -> str:
    """This moment, RFC 3339 in UTC with microseconds, by the host's clock."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def account_day(date_header: str | None, zone: ZoneInfo) -> date:
    """Return the account's day by an HTTP Date header, by the host's clock if there is none."""
    moment = datetime.now(UTC)
    if date_header:
        with contextlib.suppress(ValueError):
            moment = parsedate_to_datetime(date_header)
    return moment.astimezone(zone).date()


def occurred_at(ts: bytes, zone: ZoneInfo) -> str:
    """Turn CleverTap's `ts` (yyyyMMddHHmmss, account-local) into RFC 3339 UTC.

    A local time that a change of clocks makes twice is taken as the first one (fold=0); one that
    it skips is read with the offset before the change.

    Raises:
        ValueError: It is not such a number, or not a time that exists in any zone.
    """
    if len(ts) != _TS_DIGITS or not ts.isdigit():
        raise ValueError("not 14 digits")
    local = datetime(
        int(ts[:4]),
        int(ts[4:6]),
        int(ts[6:8]),
        int(ts[8:10]),
        int(ts[10:12]),
        int(ts[12:]),
        tzinfo=zone,
    )
    return local.astimezone(UTC).isoformat()
