"""Trends, messages and campaigns, from raw to Singer records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_clevertap.fragments import (
    Raw,
    rest,
    take_array,
    take_integer,
    take_object,
    take_text,
)
from tap_clevertap.keys import Duplicates, digest, quoted

if TYPE_CHECKING:
    from tap_clevertap.slices import Read

_result = msgspec.json.Decoder(dict[str, Raw])


class TrendBuilder:
    """Makes the records of the stream `event_trends`."""

    def __init__(self, read: Read) -> None:
        self._event_name = msgspec.json.encode(read.slice.event_name)
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one event's day; see `schemas.EVENT_TRENDS` for the order."""
        return (
            self._event_name,
            take_text(raw, "event_date"),
            take_integer(raw, "event_count"),
            take_integer(raw, "user_count"),
            self._read_at,
        )


class MessageBuilder:
    """Makes the records of the stream `message_reports`."""

    def __init__(self, read: Read) -> None:
        self._duplicates = Duplicates()
        self._report_date = msgspec.json.encode(read.slice.first)
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one message's day; see `schemas.MESSAGE_REPORTS` for the order."""
        message_id = take_text(raw, "message id")
        channel = take_text(raw, "channel")
        delivery = take_text(raw, "delivery")
        device = take_text(raw, "device")
        return (
            self._key(message_id, channel, delivery, device),
            self._report_date,
            message_id,
            take_text(raw, "message_name"),
            channel,
            delivery,
            device,
            take_text(raw, "status"),
            take_text(raw, "start_date"),
            take_integer(raw, "sent"),
            take_integer(raw, "viewed"),
            take_integer(raw, "clicked"),
            take_text(raw, "conversion_event"),
            take_array(raw, "labels"),
            rest(raw),
            self._read_at,
        )

    def _key(self, *identity: bytes) -> bytes:
        hashed = digest(self._report_date, *identity)
        hashed.update(b"%d" % self._duplicates.ordinal(hashed.digest()))
        return quoted(hashed)


class CampaignBuilder:
    """Makes the records of the stream `campaigns`."""

    def __init__(self, read: Read) -> None:
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one campaign; see `schemas.CAMPAIGNS` for the order."""
        return (
            take_text(raw, "id"),
            take_text(raw, "name"),
            take_text(raw, "scheduled_on"),
            take_text(raw, "status"),
            rest(raw),
            self._read_at,
        )


class CampaignReportBuilder:
    """Makes the records of the stream `campaign_reports`."""

    def __init__(self, read: Read) -> None:
        self._read_at = msgspec.json.encode(read.read_at)

    def __call__(self, raw: dict[str, Raw]) -> tuple[bytes, ...]:
        """Return one campaign's result; see `schemas.CAMPAIGN_REPORTS` for the order."""
        result = take_object(raw, "result")
        numbers = _result.decode(result)
        return (
            take_text(raw, "id"),
            take_integer(numbers, "sent"),
            take_integer(numbers, "viewed"),
            take_integer(numbers, "clicked"),
            result,
            self._read_at,
        )
