"""Profiles: the users who did an event, as they are now, and their devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_clevertap import schemas
from tap_clevertap.endpoints import Export, export_pages
from tap_clevertap.profile_records import ProfileBuilder, devices
from tap_clevertap.records import Builder, Columns
from tap_clevertap.slices import split_days
from tap_clevertap.streams.base import PartsStream, ReadsStream, SlicedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Tap

    from tap_clevertap.client import ClevertapClient
    from tap_clevertap.endpoints import Slice
    from tap_clevertap.slices import Read, Remark


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
        name = self.tap.settings.profiles_event_name
        return split_days(self.first_day(0, name), self.tap.account.last_day, event_name=name)

    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield a slice's pages."""
        yield from export_pages(client, self.export, piece)

    def builder(self, read: Read) -> Builder:
        """Return what makes profiles."""
        return ProfileBuilder(read)


class ProfilesReadsStream(ReadsStream):
    """The complete reads of `profiles`; a profile absent from one still exists."""

    name = "profiles_reads"
    schema = schemas.PROFILES_READS
    primary_keys = ("event_name", "from_date", "to_date", "read_at")
    parent_stream_type = ProfilesStream

    def days(self, piece: Slice) -> dict[str, Any]:
        """Return the slice's event and window."""
        return {
            "event_name": piece.event_name,
            "from_date": piece.first.isoformat(),
            "to_date": piece.last.isoformat(),
        }


class ProfileDevicesStream(PartsStream):
    """The devices of `profiles`: one whose `read_at` is older than its profile's is gone."""

    name = "profile_devices"
    schema = schemas.PROFILE_DEVICES
    primary_keys = ("device_key",)
    parent_stream_type = ProfilesStream
    columns = Columns("profile_devices", tuple(schemas.PROFILE_DEVICES["properties"]))

    def parts(self, fields: tuple[bytes, ...]) -> Iterator[tuple[bytes, ...]]:
        """Yield a profile's devices."""
        return devices(fields)
