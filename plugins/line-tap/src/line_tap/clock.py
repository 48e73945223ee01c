"""The clock: the API's own, in the account's time zone."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo


def utc_now() -> str:
    """This moment, RFC 3339 in UTC with microseconds, by the host's clock."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def local_day(date_header: str | None, zone: tzinfo) -> date:
    """Return the day in a zone by an HTTP Date header, by the host's clock if there is none."""
    moment = datetime.now(UTC)
    if date_header:
        with contextlib.suppress(ValueError):
            moment = parsedate_to_datetime(date_header)
    return moment.astimezone(zone).date()
