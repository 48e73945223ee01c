"""One stream class per endpoint."""

from __future__ import annotations

from tap_clevertap.streams.events import EventsReadsStream, EventsStream
from tap_clevertap.streams.profiles import ProfilesReadsStream, ProfilesStream
from tap_clevertap.streams.schema_items import EventSchemaStream, UserPropertiesStream

STREAMS = (
    EventsStream,
    EventsReadsStream,
    ProfilesStream,
    ProfilesReadsStream,
    EventSchemaStream,
    UserPropertiesStream,
)
