"""Message reports: what every message reached, a day at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from tap_clevertap import schemas
from tap_clevertap.endpoints import messages
from tap_clevertap.records import Builder, Columns
from tap_clevertap.report_records import MessageBuilder
from tap_clevertap.slices import split_days
from tap_clevertap.streams.base import ReadsStream, SlicedStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_clevertap.client import ClevertapClient
    from tap_clevertap.endpoints import Slice
    from tap_clevertap.slices import Read, Remark


class MessageReportsStream(SlicedStream):
    """`POST /1/message/report.json`, day by day."""

    name = "message_reports"
    schema = schemas.MESSAGE_REPORTS
    primary_keys = ("message_report_key",)
    replication_key = "report_date"
    bookmark_key = "report_date"
    columns = Columns("message_reports", tuple(schemas.MESSAGE_REPORTS["properties"]))

    def plan(self) -> list[Slice]:
        """Return the days from the bookmark less the look-back to today."""
        first = self.first_day(self.tap.settings.lookback_days)
        return split_days(first, self.tap.account.last_day)

    def pages(self, client: ClevertapClient, piece: Slice) -> Iterator[bytes | Remark]:
        """Yield a day's messages."""
        yield msgspec.json.encode(messages(client, piece))

    def builder(self, read: Read) -> Builder:
        """Return what makes a day's messages."""
        return MessageBuilder(read)


class MessageReportsReadsStream(ReadsStream):
    """The complete reads of `message_reports`: a day's row that is older than its last is gone."""

    name = "message_reports_reads"
    schema = schemas.MESSAGE_REPORTS_READS
    primary_keys = ("report_date", "read_at")
    parent_stream_type = MessageReportsStream

    def days(self, piece: Slice) -> dict[str, Any]:
        """Return the slice's day."""
        return {"report_date": piece.first.isoformat()}
