"""The rows of insights: ads' days summed to the level, the period and the cell that are asked."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from operator import add

from sandbox.facebook.breakdowns import Cells, cells
from sandbox.facebook.columns import COLUMNS, Row
from sandbox.facebook.conversions import ACTION_COLUMNS
from sandbox.facebook.errors import GraphError
from sandbox.facebook.filters import Filter
from sandbox.facebook.metrics import PLACE, Vector, measure, split
from sandbox.facebook.periods import Period
from sandbox.facebook.queries import ENTITIES, Query
from sandbox.facebook.view import FACEBOOK_ADS, FacebookView, Numbers, level_id
from sandbox.world.campaigns import Ad

REMEMBERED = 8
# Counted by people: who was reached by two ads, or on two days, is one person.
_UNIQUE = (PLACE["reach"], PLACE["unique_clicks"])
_Key = tuple[int, str, int]


@dataclass
class _Sum:
    """Ads' days summed; `widest` holds the largest of each unique metric."""

    ad: Ad
    vector: Vector
    widest: list[int]

    def include(self, vector: Vector) -> None:
        self.vector = list(map(add, self.vector, vector))
        self.widest = [
            max(most, vector[place]) for most, place in zip(self.widest, _UNIQUE, strict=True)
        ]

    def merged(self) -> Vector:
        """The sum, its people counted once: more than of any part, fewer than of all together."""
        for most, place in zip(self.widest, _UNIQUE, strict=True):
            self.vector[place] = most + (self.vector[place] - most) * 2 // 5
        return self.vector


class Insights:
    """Answers queries, and remembers the last answers for the pages that follow.

    Args:
        view: The world.
    """

    def __init__(self, view: FacebookView) -> None:
        self._view = view
        self._remembered: OrderedDict[tuple[Query, date], list[Row]] = OrderedDict()

    def rows(self, query: Query) -> list[Row]:
        """All rows of a query; none for what did not happen."""
        key = query, self._view.clock
        found = self._remembered.get(key)
        if found is None:
            found = self._remembered[key] = self._compute(query)
            if len(self._remembered) > REMEMBERED:
                self._remembered.popitem(last=False)
        self._remembered.move_to_end(key)
        return found

    def render(self, query: Query, rows: list[Row]) -> list[dict[str, object]]:
        """Rows as the API shows them: no field that is empty, breakdowns last."""
        columns = [(name, COLUMNS[name]) for name in query.fields if name in COLUMNS]
        extra = {name: ACTION_COLUMNS[name] for name in query.action_columns}
        found = []
        for row in rows:
            shown = {name: column(row) for name, column in columns}
            shown = {name: value for name, value in shown.items() if value not in (None, [])}
            for value in shown.values():
                if extra and isinstance(value, list):
                    for entry in value:
                        entry.update(extra)
            shown.update(zip(query.breakdowns, row.cell, strict=True))
            found.append(shown)
        return found

    def _compute(self, query: Query) -> list[Row]:
        sums: dict[_Key, _Sum] = {}
        shared: dict[str, Cells] = {}
        for ad, day, numbers, places in self._days(query):
            currency = ad.campaign.account.currency
            if currency not in shared:
                shared[currency] = cells(query.breakdowns, currency)
            for cell, vector in self._parts(ad, day, numbers, shared[currency]):
                for place in places:
                    _include(sums, (place, level_id(ad, query.level), cell), ad, vector)
        rows = [
            Row(
                total.ad,
                query.level,
                query.periods[place],
                shared[total.ad.campaign.account.currency].values[cell],
                total.merged(),
                query.windows,
                query.has_unique,
            )
            for (place, _, cell), total in sorted(sums.items())
        ]
        rows = [row for row in rows if all(_passes(row, one) for one in query.filters)]
        for name, descends in reversed(query.sort):
            rows.sort(key=lambda row, name=name: _sortable(row, name), reverse=descends)  # type: ignore[misc]  # mypy knows no default in a lambda
        return rows

    def _days(self, query: Query) -> Iterator[tuple[Ad, date, Numbers, list[int]]]:
        """The ads' days of a query, and the places of the periods that they fall into."""
        places: dict[date, list[int]] = {}
        for ad in FACEBOOK_ADS:
            if level_id(ad, query.kind) != query.node or not _befits(ad, query.filters):
                continue
            for day, numbers in self._view.numbers[ad.number].items():
                if day not in places:
                    places[day] = _places(query.periods, day)
                if places[day]:
                    yield ad, day, numbers, places[day]

    def _parts(
        self, ad: Ad, day: date, numbers: Numbers, shared: Cells
    ) -> Iterator[tuple[int, Vector]]:
        """An ad's day by cells; what was taken back whole is not there."""
        seed = self._view.plan.seed
        whole = measure(seed, ad, day, numbers)
        parts = split(seed, ad, day, whole, shared.weights) if len(shared.values) > 1 else [whole]
        return ((cell, vector) for cell, vector in enumerate(parts) if any(vector))


def _places(periods: tuple[Period, ...], day: date) -> list[int]:
    """The periods that a day falls into; periods of one range follow each other."""
    return [place for place, (since, until) in enumerate(periods) if since <= day <= until]


def _include(sums: dict[_Key, _Sum], key: _Key, ad: Ad, vector: Vector) -> None:
    total = sums.get(key)
    if total is None:
        sums[key] = _Sum(ad, vector, [vector[place] for place in _UNIQUE])
    else:
        total.include(vector)


def _befits(ad: Ad, filters: tuple[Filter, ...]) -> bool:
    """Tell whether an ad, its ad set and its campaign fulfil what is asked of them."""
    return all(
        condition.accepts(ENTITIES[condition.field](ad))
        for condition in filters
        if condition.field in ENTITIES
    )


def _passes(row: Row, condition: Filter) -> bool:
    """Tell whether a row fulfils a condition on a metric, such as `spend` or `ad.impressions`."""
    if condition.field in ENTITIES:
        return True  # its ads were asked
    return condition.accepts(_plain(row, condition.field.rpartition(".")[2]))


def _plain(row: Row, field: str) -> object:
    """A field's value, whatever the level of the row."""
    value = COLUMNS[field](row)
    return 0 if value is None else value


def _sortable(row: Row, field: str) -> float:
    try:
        return float(str(_plain(row, field)))
    except ValueError:
        raise GraphError(f"(#100) sort by {field} is not valid") from None
