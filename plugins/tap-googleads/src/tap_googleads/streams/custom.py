"""Queries of the user's own, in the hub's form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_tap.errors import ConfigError
from tap_googleads.catalogue import CLICKS
from tap_googleads.gaql import QueryError, parse
from tap_googleads.settings import CustomQuery, custom_queries
from tap_googleads.streams.base import QueryStream
from tap_googleads.streams.daily import ClicksStream, DailyStream, ReadsStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from singer_sdk import Stream

    from tap_googleads.customers import Reached
    from tap_googleads.gaql import Query
    from tap_googleads.tap import TapGoogleAds

_DAY = "segments.date"


def custom_streams(tap: TapGoogleAds, taken: Iterable[str]) -> Iterator[Stream]:
    """Yield the streams of the setting custom_queries; no request is made.

    Args:
        tap: The tap.
        taken: The names of the built-in streams.

    Raises:
        ConfigError: A query or its name cannot be used, or its key is not selected.
    """
    names = set(taken)
    for custom in custom_queries(tap.config):
        for stream in _streams(tap, custom):
            if stream.name in names:
                raise ConfigError(
                    f"The setting custom_queries: the name {custom.name} makes a stream "
                    f"{stream.name}, which is there already: take another."
                )
            names.add(stream.name)
            yield stream


def _streams(tap: TapGoogleAds, custom: CustomQuery) -> tuple[Stream, ...]:
    try:
        query = parse(custom.query)
    except QueryError as error:
        raise ConfigError(f"The setting custom_queries: the query {custom.name} {error}.") from None
    if custom.primary_keys:
        keys = list(_given_keys(custom, query))
    else:
        query = query.selecting(*_identity(query))
        keys = derived_keys(query)
    # A LIMIT is meant for the whole: by days, it would depend on how many are asked for at once.
    if not custom.add_date_filter_to_query or _DAY not in query.fields or query.limit:
        return (WholeStream(tap, custom, query, keys),)
    reads = ReadsStream(tap, custom.name)
    kind = ClicksStream if query.resource == CLICKS.resource else DailyStream
    return kind(tap, custom.name, query, list(dict.fromkeys([_DAY, *keys])), reads), reads


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
        answer = self.ask(reached, query, "")
        for records in answer.batches():
            yield self.write(records, answer.read_at)
