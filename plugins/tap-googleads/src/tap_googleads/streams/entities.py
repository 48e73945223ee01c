"""Streams that are read whole: what there is now."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tap_googleads.catalogue import CHANGES, GEO_TARGETS, HIERARCHY
from tap_googleads.errors import AnswerError
from tap_googleads.gaql import parse
from tap_googleads.records import text
from tap_googleads.streams.base import QueryStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_googleads.catalogue import Report
    from tap_googleads.customers import Reached
    from tap_googleads.tap import TapGoogleAds

# Google's own bounds of change_status; its 30 days are counted in a zone that it does not name.
_OLDEST_DAYS, MOST_ROWS = 29, 10_000
_WHEN = "change_status.last_change_date_time"
_WHEN_PROPERTY = "change_status__last_change_date_time"


class EntityStream(QueryStream):
    """The objects of a customer."""

    def __init__(self, tap: TapGoogleAds, report: Report, *, by_customer: bool = True) -> None:
        super().__init__(tap, report.name, report.fields, report.keys, by_customer=by_customer)
        self._query = report.query

    def sync_customer(self, reached: Reached) -> Iterator[int]:
        """Write the objects of a customer."""
        answer = self.ask(reached, self._query, "")
        for records in answer.batches():
            yield self.write(records, answer.read_at)


class HierarchyStream(EntityStream):
    """`customer_hierarchy`: the customers of the managers, or of whoever stands alone."""

    def __init__(self, tap: TapGoogleAds) -> None:
        super().__init__(tap, HIERARCHY)

    def customers(self) -> list[Reached]:
        """The managers; without one, the customers themselves."""
        return self.tap.managers or self.tap.customers


class GeoTargetsStream(EntityStream):
    """`geo_target_constants`: countries, which are the same for all customers."""

    def __init__(self, tap: TapGoogleAds) -> None:
        super().__init__(tap, GEO_TARGETS, by_customer=False)

    def customers(self) -> list[Reached]:
        """One customer, whoever it is."""
        return self.tap.customers[:1]


class ChangesStream(QueryStream):
    """`change_status`: what was changed last within 30 days, by time, 10,000 at a time."""

    def __init__(self, tap: TapGoogleAds) -> None:
        super().__init__(tap, CHANGES.name, CHANGES.fields, CHANGES.keys)

    def sync_customer(self, reached: Reached) -> Iterator[int]:
        """Write the changes of a customer."""
        today = self.tap.client.today(reached.customer.zone)
        since, until = f"{today - timedelta(days=_OLDEST_DAYS)} 00:00:00", today + timedelta(days=1)
        query = parse(f"{CHANGES.query} ORDER BY {_WHEN} LIMIT {MOST_ROWS}")
        while True:
            condition = f"{_WHEN} BETWEEN '{since}' AND '{until} 00:00:00'"
            answer = self.ask(reached, query.where(condition), f" since {since}")
            rows, last = 0, since
            for records in answer.batches():
                rows += self.write(records, answer.read_at)
                last = text(records[-1][_WHEN_PROPERTY]) if records else last
            yield rows
            if rows < MOST_ROWS:
                return
            if last == since:
                raise AnswerError(
                    f"{self.name} of customer {reached.customer} has {MOST_ROWS} changes at "
                    f"{last}, more than Google gives at once: deselect the stream."
                )
            since = last  # changes at this moment come twice, with the same key
