"""Queries of the user's own, in the hub's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from tap_googleads.errors import ConfigError
from tap_googleads.gaql import QueryError, parse
from tap_googleads.settings import CustomQuery
from tap_googleads.streams.base import QueryStream
from tap_googleads.streams.daily import DailyStream, ReadsStream

if TYPE_CHECKING:
    from collections.abc import Iterator

    from singer_sdk import Stream

    from tap_googleads.customers import Reached
    from tap_googleads.gaql import Query
    from tap_googleads.tap import TapGoogleAds

_DAY = "segments.date"


def custom_streams(tap: TapGoogleAds) -> Iterator[Stream]:
    """Yield the streams of the setting custom_queries; no request is made.

    Raises:
        ConfigError: A query cannot be read, or its key is not selected.
    """
    given = tap.config.get("custom_queries") or []
    for custom in msgspec.convert(list(given), list[CustomQuery], strict=False):
        yield from _streams(tap, custom)


def _streams(tap: TapGoogleAds, custom: CustomQuery) -> Iterator[Stream]:
    try:
        query = parse(custom.query)
    except QueryError as error:
        raise ConfigError(f"The setting custom_queries: the query {custom.name} {error}.") from None
    keys = list(_given_keys(custom, query)) if custom.primary_keys else None
    if keys is None:
        query = query.selecting(*_identity(query))
        keys = derived_keys(query)
    if custom.add_date_filter_to_query and _DAY in query.fields:
        if _DAY not in keys:
            keys.append(_DAY)
        reads = ReadsStream(tap, custom.name)
        yield DailyStream(tap, custom.name, query, keys, reads)
        yield reads
    else:
        yield WholeStream(tap, custom, query, keys)


def derived_keys(query: Query) -> list[str]:
    """The fields that tell a query's rows apart: ids, resource names, segments."""
    return [
        name
        for name in query.fields
        if name.startswith("segments.")
        or name.rpartition(".")[2] in {"id", "resource_name"}
        or name.endswith("_id")
    ]


def _identity(query: Query) -> list[str]:
    """The name of what stands in FROM, which Google gives in any case; rows are of one each."""
    own = {f"{query.resource}.id", f"{query.resource}.resource_name"}
    return [] if own & set(query.fields) else [f"{query.resource}.resource_name"]


def _given_keys(custom: CustomQuery, query: Query) -> Iterator[str]:
    by_property = {name.replace(".", "__"): name for name in query.fields}
    for key in custom.primary_keys or ():
        name = by_property.get(key.replace(".", "__"))
        if name:
            yield name
        elif key.replace(".", "__") != "customer__id":
            raise ConfigError(
                f"The setting custom_queries: the query {custom.name} does not select {key}, "
                "which its primary_keys name."
            )


class WholeStream(QueryStream):
    """A query that is not told apart by day: read whole, over all days where it is by days."""

    def __init__(
        self, tap: TapGoogleAds, custom: CustomQuery, query: Query, keys: list[str]
    ) -> None:
        super().__init__(tap, custom.name, query.fields, keys)
        self._query = query
        self._by_days = custom.add_date_filter_to_query

    def sync_customer(self, reached: Reached) -> Iterator[int]:
        """Write the rows of a customer."""
        query = self._query.text
        if self._by_days:
            settings = self.tap.settings
            today = self.tap.client.today(reached.customer.zone)
            last = min(settings.last_day or today, today)
            query = self._query.between(settings.first_day, max(last, settings.first_day))
        records, read_at, _ = self.ask(reached, query, "")
        yield self.write(records, read_at)
