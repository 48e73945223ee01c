"""Events: the account's event log, a day of one event at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_clevertap import schemas
from tap_clevertap.endpoints import Export, event_count, export_pages
from tap_clevertap.reconciliation import NEVER
from tap_clevertap.records import Builder, Columns, EventBuilder
from tap_clevertap.slices import Counted, split_days
from tap_clevertap.streams.base import ReadsStream, SlicedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_clevertap.client import ClevertapClient
    from tap_clevertap.endpoints import Slice
    from tap_clevertap.slices import Read, Remark


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
        lookback_days, account = self.tap.settings.lookback_days, self.tap.account
        slices: list[Slice] = []
        for name in account.event_names:
            first = self.first_day(lookback_days, name)
            slices += split_days(first, account.last_day, event_name=name)
        return slices

    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield a slice's pages, then CleverTap's own count of it where it is to be compared."""
        yield from export_pages(client, self.export, piece)
        if client.settings.reconcile_counts != NEVER:
            yield Counted(piece, event_count(client, piece))

    def builder(self, read: Read) -> Builder:
        """Return what makes events, with the ordinals of this read."""
        return EventBuilder(read, self.tap.settings.zone)


class EventsReadsStream(ReadsStream):
    """The complete reads of `events`: a row of a slice that is older than its last is gone."""

    name = "events_reads"
    schema = schemas.EVENTS_READS
    primary_keys = ("event_name", "event_date", "read_at")
    parent_stream_type = EventsStream

    def days(self, piece: Slice) -> dict[str, Any]:
        """Return the slice's event and day."""
        return {"event_name": piece.event_name, "event_date": piece.first.isoformat()}
