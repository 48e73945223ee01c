"""The incremental stream with an overlap."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from tap_postgres.client import PostgresStream

if TYPE_CHECKING:
    from singer_sdk.helpers.types import Context


class OverlappingStream(PostgresStream):
    """Reads again what may have been committed behind the bookmark."""

    # The overlap begins before the bookmark, which the SDK would take for a stream out of order.
    check_sorted = False

    def get_starting_replication_key_value(self, context: Context | None) -> object | None:
        """The bookmark less `lookback_seconds` for a date-time key, else the bookmark."""
        bookmark = super().get_starting_replication_key_value(context)
        if bookmark is None or not self.is_timestamp_replication_key:
            return bookmark
        overlap = timedelta(seconds=self.config["lookback_seconds"])
        return (datetime.fromisoformat(bookmark) - overlap).isoformat()
