"""Account-local time: CleverTap's days and its `ts`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_TS_DIGITS = 14


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
