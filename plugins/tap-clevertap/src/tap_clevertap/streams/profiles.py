"""Profiles: the users who did an event, as they are now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_clevertap import schemas
from tap_clevertap.client import Export
from tap_clevertap.records import Builder, Columns, ProfileBuilder
from tap_clevertap.slices import Slice, day_slices
from tap_clevertap.streams.base import ReadsStream, SlicedStream

if TYPE_CHECKING:
    from singer_sdk import Tap

    from tap_clevertap.slices import Read


class ProfilesStream(SlicedStream):
    """`POST /1/profiles.json`, then its cursors, day by day from the bookmark to today.

    A profile is returned once for each day on which its user did the event.
    """

    name = "profiles"
    schema = schemas.PROFILES
    primary_keys = ("profile_key",)
    bookmark_key = "to_date"
    export = Export(
        "/1/profiles.json",
        {"app": "true", "events": "true", "profile": "true"},
        "profiles_event_name",
    )
    columns = Columns("profiles", tuple(schemas.PROFILES["properties"]))

    def __init__(self, tap: Tap) -> None:
        super().__init__(tap)
        # Incremental by window; no property of a profile tells the window.
        self.forced_replication_method = "INCREMENTAL"

    def plan(self) -> list[Slice]:
        """Return the days from the bookmark to today."""
        settings, last = self.tap.settings, self.tap.account.last_day
        bookmark = self.bookmark(settings.profiles_event_name)
        first = max(settings.first_day, min(bookmark or settings.first_day, last))
        return day_slices(settings.profiles_event_name, first, last)

    def builder(self, read: Read) -> Builder:
        """Return what makes profiles."""
        return ProfileBuilder(read)

    def read_row(self, read: Read, rows: int) -> dict[str, Any]:
        """Return a row of `profiles_reads`."""
        return {
            "event_name": read.slice.event_name,
            "from_date": read.slice.day.isoformat(),
            "to_date": read.slice.day.isoformat(),
            "read_at": read.read_at,
            "rows": rows,
        }


class ProfilesReadsStream(ReadsStream):
    """The complete reads of `profiles`; a profile absent from one still exists."""

    name = "profiles_reads"
    schema = schemas.PROFILES_READS
    primary_keys = ("event_name", "from_date", "to_date", "read_at")
    parent_stream_type = ProfilesStream
