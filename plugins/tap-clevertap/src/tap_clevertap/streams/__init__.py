"""One stream class per endpoint."""

from __future__ import annotations

from tap_clevertap.streams.campaigns import CampaignReportsStream, CampaignsStream
from tap_clevertap.streams.event_trends import EventTrendsStream
from tap_clevertap.streams.events import EventsReadsStream, EventsStream
from tap_clevertap.streams.message_reports import (
    MessageReportsReadsStream,
    MessageReportsStream,
)
from tap_clevertap.streams.profiles import (
    ProfileDevicesStream,
    ProfilesReadsStream,
    ProfilesStream,
)
from tap_clevertap.streams.schema_items import EventSchemaStream, UserPropertiesStream

STREAMS = (
    EventsStream,
    EventsReadsStream,
    EventTrendsStream,
    ProfilesStream,
    ProfilesReadsStream,
    ProfileDevicesStream,
    MessageReportsStream,
    MessageReportsReadsStream,
    CampaignsStream,
    CampaignReportsStream,
    EventSchemaStream,
    UserPropertiesStream,
)
