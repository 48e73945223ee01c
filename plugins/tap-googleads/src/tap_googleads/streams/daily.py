"""Streams that are read by days, and the rows that say which days were."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tap_googleads.errors import TooMuchError
from tap_googleads.gaql import parse
from tap_googleads.records import text
from tap_googleads.streams.base import CUSTOMER, GoogleAdsStream, QueryStream
from tap_googleads.windows import ONE_DAY, Bookmark, Pace, Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from singer_sdk.helpers.types import Context

    from tap_googleads.catalogue import Report
    from tap_googleads.customers import Reached
    from tap_googleads.gaql import Query
    from tap_googleads.tap import TapGoogleAds

DATE = "segments__date"


class ReadsStream(GoogleAdsStream):
    """The complete reads of a daily stream: a row of a day that is older than its last is gone."""

    primary_keys = (CUSTOMER, DATE, "read_at")

    def __init__(self, tap: TapGoogleAds, of: str) -> None:
        properties = {
            CUSTOMER: {"type": ["integer"]},
            DATE: {"type": ["string"], "format": "date"},
            "read_at": {"type": ["string"], "format": "date-time"},
            "rows": {"type": ["integer"]},
        }
        super().__init__(tap, {"type": "object", "properties": properties}, f"{of}_reads")

    def sync(self, context: Context | None = None) -> None:  # type: ignore[misc]  # final, but not for a companion
        """Do nothing: the stream that is read writes these rows along with its own."""

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Return nothing: on its own this stream has nothing to tell."""
        del context
        return ()

    def write_schema(self) -> None:
        """Write this stream's SCHEMA."""
        self._write_schema_message()

    def write_rows(
        self, customer_id: str, window: Window, read_at: str, rows: Counter[str]
    ) -> None:
        """Write a row for each day of a window that is read to its end."""
        for day in map(str, window.days):
            row = {CUSTOMER: int(customer_id), DATE: day, "read_at": read_at, "rows": rows[day]}
            self._write_record_message(row)


class DailyStream(QueryStream):
    """A stream that is read by days, customer by customer.

    A window's records are written, then its rows in the stream of reads, then STATE: a read that
    broke off is none. State moves over whole windows only.
    """

    replication_key = DATE
    most_days = 366
    oldest_days: int | None = None

    def __init__(
        self, tap: TapGoogleAds, name: str, query: Query, keys: Sequence[str], reads: ReadsStream
    ) -> None:
        super().__init__(tap, name, query.fields, keys)
        self._query = query
        self._reads = reads

    @classmethod
    def of(cls, tap: TapGoogleAds, report: Report) -> tuple[DailyStream, ReadsStream]:
        """Return a report's stream and that of its reads."""
        reads = ReadsStream(tap, report.name)
        return cls(tap, report.name, parse(report.query), report.keys, reads), reads

    def sync_customer(self, reached: Reached) -> Iterator[int]:
        """Write the days of a customer from the bookmark less the look-back to today."""
        customer, settings = reached.customer, self.tap.settings
        today = self.tap.client.today(customer.zone)
        last = min(settings.last_day or today, today)
        state = self.get_context_state({CUSTOMER: int(customer.id)})
        bookmark = Bookmark(state, f"{self.name}, customer {customer}")
        first = bookmark.first_day(self._start(today), settings.lookback_days)
        pace = Pace(most=self.most_days)
        while first <= last:
            window = pace.window(first, last)
            try:
                yield self._sync_window(reached, window, pace)
            except TooMuchError as error:
                self.logger.info(
                    "%s of customer %s, %s: %s; asking for fewer days",
                    self.name,
                    customer,
                    window,
                    error,
                )
                pace.too_much(window)
                continue
            bookmark.move(DATE, window.last, today)
            self.tap.state_writer.write_state(self.tap.state)
            first = window.last + ONE_DAY

    def _start(self, today: date) -> date:
        start = self.tap.settings.first_day
        if self.oldest_days is None:
            return start
        oldest = today - timedelta(days=self.oldest_days)
        if start < oldest:
            self.logger.info("%s begins on %s: Google keeps no older ones", self.name, oldest)
        return max(start, oldest)

    def _sync_window(self, reached: Reached, window: Window, pace: Pace) -> int:
        query = self._query.between(window.first, window.last)
        divisible = window.first < window.last
        answer = self.ask(reached, query, f" for {window}", divisible=divisible)
        rows: Counter[str] = Counter()
        for records in answer.batches():
            self.write(records, answer.read_at)
            rows.update(text(record[DATE]) for record in records)
        if self._reads.selected:
            self._reads.write_rows(reached.customer.id, window, answer.read_at, rows)
        pace.came(window, answer.size)
        return rows.total()

    def _write_schema_message(self) -> None:
        super()._write_schema_message()
        if self._reads.selected:
            self._reads.write_schema()


class ClicksStream(DailyStream):
    """`click_view`: Google gives one day per request, and keeps 90."""

    most_days = 1
    oldest_days = 89  # so that the oldest is there wherever Google's day is
