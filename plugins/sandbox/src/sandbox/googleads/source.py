"""The rows of a customer before they are grouped."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sandbox.googleads.cells import PREFIX, Cells, Place
from sandbox.googleads.dates import day_segments
from sandbox.googleads.inventory import ACTIONS, Action, Inventory, Item, Keyword
from sandbox.googleads.numbers import NOTHING, Numbers, metric
from sandbox.googleads.places import GeoTarget
from sandbox.googleads.schema import ACTIONS as ACTION_SEGMENTS
from sandbox.googleads.schema import PLACES
from sandbox.googleads.views import view
from sandbox.world.campaigns import Ad

Segments = Mapping[str, object]


@dataclass
class Row:
    """A row of a report.

    Args:
        item: Its resources.
        segments: Its segments, by full name.
        numbers: What was counted.
    """

    item: Item
    segments: Segments = field(default_factory=dict)
    numbers: Numbers = NOTHING

    def value(self, name: str) -> object:
        """A field's value; None when it is not set."""
        prefix, _, rest = name.partition(".")
        if prefix == "metrics":
            return metric(rest, self.numbers)
        if prefix == "segments":
            return self.segments.get(name)
        return self.item.get(prefix, {}).get(rest)


# What a resource divides an ad's day into.
_GRAINS = {
    "keyword_view": ("keyword",),
    "search_term_view": ("keyword", "term"),
    "geographic_view": ("country", "location_type"),
    "user_location_view": ("country", "targeted"),
    "age_range_view": ("age",),
    "gender_view": ("gender",),
    "asset_group": ("asset_group",),
}


# The segments that tell a dimension.
_SEGMENTS = {
    "device": {"segments.device"},
    "network": {"segments.ad_network_type"},
    "hour": {"segments.hour"},
    "city": PLACES,
}


class Source:
    """The rows of one customer before they are grouped.

    Args:
        inventory: What the customer has.
        cells: What was counted.
    """

    def __init__(self, inventory: Inventory, cells: Cells) -> None:
        self._inventory = inventory
        self._cells = cells
        self._items: dict[tuple[object, ...], Item] = {}

    def counted(
        self, resource: str, wanted: set[str], takes_day: Callable[[Segments], bool]
    ) -> Iterator[Row]:
        """What was counted of a resource, as finely as the wanted segments ask.

        Args:
            resource: What stands in FROM.
            wanted: Full names of the segments that are asked for.
            takes_day: Tells by a day's segments whether it is asked for.
        """
        grain = _GRAINS.get(resource, ())
        dimensions = _dimensions(grain, wanted)
        kept = tuple(name for name in dimensions if name in grain or _SEGMENTS[name] & wanted)
        by_action = bool(wanted & ACTION_SEGMENTS) or resource == "conversion_action"
        for day in self._cells.days:
            days = day_segments(day)
            if not takes_day(days):
                continue
            for ad in self._inventory.ads:
                for place, numbers in self._cells.sums(ad, day, dimensions, kept):
                    item = self._item(resource, ad, tuple(place.get(name) for name in grain), place)
                    if resource not in item:
                        continue
                    segments = {**days, **self._segments(ad, place)}
                    if by_action:
                        yield from self._by_action(resource, Row(item, segments, numbers))
                    else:
                        yield Row(item, segments, numbers)

    def _item(self, resource: str, ad: Ad, values: tuple[object, ...], place: Place) -> Item:
        key = (resource, ad.number, *values)
        found = self._items.get(key)
        if found is None:
            above = self._inventory.ad_item(ad)
            own = view(resource, self._inventory, ad, place)
            found = self._items[key] = {**above, **own}
        return found

    def _segments(self, ad: Ad, place: Place) -> dict[str, object]:
        segments = {
            "segments.device": place.get("device"),
            "segments.ad_network_type": place.get("network"),
            "segments.hour": place.get("hour"),
        }
        city = place.get("city")
        if isinstance(city, GeoTarget):
            segments["segments.geo_target_city"] = city.resource_name
            segments["segments.geo_target_most_specific_location"] = city.resource_name
        keyword = place.get("keyword")
        if isinstance(keyword, Keyword):
            criterion = self._inventory.keyword(ad, keyword)
            segments["segments.keyword.ad_group_criterion"] = criterion["resource_name"]
            segments["segments.keyword.info.text"] = keyword.text
            segments["segments.keyword.info.match_type"] = keyword.match_type
            exact = place.get("term") == keyword.text
            segments["segments.search_term_match_type"] = "EXACT" if exact else "BROAD"
        return segments

    def _by_action(self, resource: str, row: Row) -> Iterator[Row]:
        for action in ACTIONS:
            numbers = _only(row.numbers, action)
            if numbers == NOTHING:
                continue
            segments = {
                **row.segments,
                "segments.conversion_action": action.resource_name(
                    self._inventory.customer.customer_id
                ),
                "segments.conversion_action_name": action.name,
                "segments.conversion_action_category": action.category,
            }
            item = row.item
            if resource == "conversion_action":
                item = {
                    "customer": item["customer"],
                    "conversion_action": self._inventory.action(action),
                }
            yield Row(item, segments, numbers)


def _dimensions(grain: tuple[str, ...], wanted: set[str]) -> tuple[str, ...]:
    """The order in which an ad's day is divided for a report."""
    if "segments.hour" in wanted:
        return (*PREFIX, "hour")
    if wanted & PLACES:
        return (*PREFIX, *grain, "city")
    if grain or "segments.ad_network_type" in wanted:
        return (*PREFIX, *grain)
    return ("device",) if "segments.device" in wanted else ()


def _only(numbers: Numbers, action: Action) -> Numbers:
    if action.part == "web":
        return Numbers(
            web=numbers.web, web_value=numbers.web_value, view_through=numbers.view_through
        )
    if action.part == "app":
        return Numbers(app=numbers.app, app_value=numbers.app_value)
    return Numbers(signups=numbers.signups) if action.part == "signups" else NOTHING
