"""Trends: how many events there were each day, and of how many users, as CleverTap counts."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from tap_clevertap import schemas
from tap_clevertap.endpoints import TREND_DAYS, daily_trend
from tap_clevertap.records import Builder, Columns
from tap_clevertap.report_records import TrendBuilder
from tap_clevertap.slices import split_days
from tap_clevertap.streams.base import SlicedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_clevertap.client import ClevertapClient
    from tap_clevertap.endpoints import Slice
    from tap_clevertap.slices import Read, Remark


class EventTrendsStream(SlicedStream):
    """`POST /1/counts/trends.json`, twice per event and window: events, and their users."""

    name = "event_trends"
    schema = schemas.EVENT_TRENDS
    primary_keys = ("event_name", "event_date")
    replication_key = "event_date"
    bookmark_key = "event_date"
    columns = Columns("event_trends", tuple(schemas.EVENT_TRENDS["properties"]))

    def plan(self) -> list[Slice]:
        """Return each event's windows from its bookmark less the look-back to today."""
        lookback_days, account = self.tap.settings.lookback_days, self.tap.account
        slices: list[Slice] = []
        for name in account.event_names:
            first = self.first_day(lookback_days, name)
            slices += split_days(first, account.last_day, TREND_DAYS, name)
        return slices

    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield one page: every day of the window, those without events too."""
        events = daily_trend(client, piece, unique=False)
        users = daily_trend(client, piece, unique=True)
        days = [piece.first + timedelta(n) for n in range((piece.last - piece.first).days + 1)]
        yield msgspec.json.encode(
            [
                {
                    "event_date": day,
                    "event_count": events.get(day, 0),
                    "user_count": users.get(day, 0),
                }
                for day in days
            ]
        )

    def builder(self, read: Read) -> Builder:
        """Return what makes an event's days."""
        return TrendBuilder(read)
