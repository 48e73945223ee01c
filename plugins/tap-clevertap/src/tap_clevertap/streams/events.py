"""Events: the account's event log, a day of one event at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_clevertap import schemas
from tap_clevertap.client import Export
from tap_clevertap.records import Builder, Columns, EventBuilder
from tap_clevertap.slices import Slice, day_slices
from tap_clevertap.streams.base import ReadsStream, SlicedStream

if TYPE_CHECKING:
    from tap_clevertap.slices import Read


class EventsStream(SlicedStream):
    """`POST /1/events.json`, then its cursors; one partition per event name."""

    name = "events"
    schema = schemas.EVENTS
    primary_keys = ("event_key",)
    replication_key = "event_date"
    bookmark_key = "event_date"
    export = Export(
        "/1/events.json",
        {"app": "true", "events": "false", "profile": "true"},
        "event_names",
    )
    columns = Columns("events", tuple(schemas.EVENTS["properties"]))

    def plan(self) -> list[Slice]:
        """Return each event's days from its bookmark less the look-back to today."""
        settings, account = self.tap.settings, self.tap.account
        lookback = timedelta(settings.lookback_days)
        slices: list[Slice] = []
        for event_name in account.event_names:
            first = settings.first_day
            if bookmark := self.bookmark(event_name):
                first = max(first, min(bookmark, account.last_day) - lookback)
            slices += day_slices(event_name, first, account.last_day)
        return slices

    def builder(self, read: Read) -> Builder:
        """Return what makes events, with the ordinals of this read."""
        return EventBuilder(read, self.tap.settings.zone)

    def read_row(self, read: Read, rows: int) -> dict[str, Any]:
        """Return a row of `events_reads`."""
        return {
            "event_name": read.slice.event_name,
            "event_date": read.slice.day.isoformat(),
            "read_at": read.read_at,
            "rows": rows,
        }


class EventsReadsStream(ReadsStream):
    """The complete reads of `events`: a row of a slice that is older than its last is gone."""

    name = "events_reads"
    schema = schemas.EVENTS_READS
    primary_keys = ("event_name", "event_date", "read_at")
    parent_stream_type = EventsStream
