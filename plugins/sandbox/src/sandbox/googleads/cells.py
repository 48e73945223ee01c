"""An ad's day, divided into cells: by device, network, hour, keyword, age, country and so on.

Parts add up to the whole always. To be the same in every report, a day is divided in one order:
device, network, then whatever the report is about. So a keyword's clicks are the same with and
without devices, and a device's the same in reports on campaigns and on keywords.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache

from sandbox.googleads.inventory import AGES, GENDERS, Keyword, keywords
from sandbox.googleads.numbers import NOTHING, Numbers, ad_day, divide
from sandbox.googleads.places import CITIES_OF, SEEN_IN, GeoTarget
from sandbox.world.campaigns import ADS, Ad
from sandbox.world.chance import Chance
from sandbox.world.store import World

# Values of the dimensions of a cell, by the dimension's name.
Place = Mapping[str, object]
Part = tuple[Place, Numbers]
Names = tuple[str, ...]
Weights = Sequence[tuple[object, int]]

DEVICES = (("MOBILE", 62), ("DESKTOP", 32), ("TABLET", 6))
SEARCH_NETWORKS = (("SEARCH", 89), ("SEARCH_PARTNERS", 11))
ALL_NETWORKS = (("SEARCH", 46), ("YOUTUBE", 21), ("CONTENT", 19), ("DISCOVER", 9), ("GMAIL", 5))
HOURS = tuple(enumerate((2, 1, 1, 1, 1, 2, 3, 4, 5, 6, 6, 6, 6, 5, 5, 5, 5, 6, 7, 8, 9, 8, 6, 4)))
LOCATION_TYPES = (("LOCATION_OF_PRESENCE", 94), ("AREA_OF_INTEREST", 6))
TARGETED = ((True, 95), (False, 5))
ASSET_GROUPS = ((1, 64), (2, 36))
# Google keeps rare search terms to itself: their share is in no row of search_term_view.
HIDDEN = None
PREFIX = ("device", "network")


def _networks(ad: Ad, _place: Place) -> Weights:
    return SEARCH_NETWORKS if ad.ad_group_id else ALL_NETWORKS


@lru_cache(maxsize=1024)
def _keywords_of(ad: Ad) -> tuple[tuple[Keyword, int], ...]:
    found = keywords(ad) if ad.ad_group_id else []
    return tuple((keyword, 40 - 8 * rank) for rank, keyword in enumerate(found))


def _keywords(ad: Ad, _place: Place) -> Weights:
    return _keywords_of(ad)


def _terms(ad: Ad, place: Place) -> Weights:
    terms = next(one.terms for one, _ in _keywords_of(ad) if one == place["keyword"])
    return (*((term, 30 - 6 * rank) for rank, term in enumerate(terms)), (HIDDEN, 14))


def _cities(_ad: Ad, place: Place) -> Weights:
    """The cities of the country that the place is in, the largest first."""
    country = place["country"]
    if not isinstance(country, GeoTarget):
        raise TypeError(country)
    found = CITIES_OF[country.country_code].values()
    return tuple((city, 40 - 4 * rank) for rank, city in enumerate(found))


def _searchers(weights: Weights) -> Callable[[Ad, Place], Weights]:
    """For what Performance Max does not tell."""
    return lambda ad, _place: weights if ad.ad_group_id else ()


def _always(weights: Weights) -> Callable[[Ad, Place], Weights]:
    return lambda _ad, _place: weights


_DIMENSIONS: dict[str, Callable[[Ad, Place], Weights]] = {
    "device": _always(DEVICES),
    "network": _networks,
    "hour": _always(HOURS),
    "keyword": _keywords,
    "term": _terms,
    "country": lambda ad, _place: SEEN_IN[ad.campaign.account.currency],
    "city": _cities,
    "location_type": _always(LOCATION_TYPES),
    "targeted": _always(TARGETED),
    "age": _searchers(tuple((age, age.weight) for age in AGES)),
    "gender": _searchers(tuple((gender, gender.weight) for gender in GENDERS)),
    "asset_group": lambda ad, _place: () if ad.ad_group_id else ASSET_GROUPS,
}


# No dimension has more values.
LONGEST = len(HOURS)


class Cells:
    """The numbers of all ads by day, as the world has them at its clock, and their parts.

    Args:
        world: The world.
        clock: Its clock.
    """

    def __init__(self, world: World, clock: date) -> None:
        self._days: dict[tuple[int, date], Numbers] = {}
        rows = world.query(
            "SELECT ad, day, sum(impressions), sum(clicks), sum(spend), sum(conversions), "
            "sum(value) FROM ad_metrics WHERE reported_on <= :clock AND day <= :clock "
            "GROUP BY ad, day",
            clock,
        )
        for number, day, *told in rows:
            ad = ADS[int(str(number))]
            if ad.campaign.account.platform == "google":
                whole = ad_day(
                    f"{ad.number}|{day}",
                    [int(str(value)) for value in told],
                    search=ad.ad_group_id is not None,
                )
                self._days[ad.number, date.fromisoformat(str(day))] = whole
        self._parts: dict[tuple[int, date, Names], list[Part]] = {}
        self._sums: dict[tuple[int, date, Names, Names], list[Part]] = {}

    @property
    def days(self) -> list[date]:
        """All days that have numbers."""
        return sorted({day for _, day in self._days})

    def whole(self, ad: Ad, day: date) -> Numbers:
        """The numbers of an ad's day."""
        return self._days.get((ad.number, day), NOTHING)

    def sums(self, ad: Ad, day: date, dimensions: Names, kept: Names) -> list[Part]:
        """The parts of an ad's day, added up over all dimensions but those that are kept."""
        if kept == dimensions:
            return self.parts(ad, day, dimensions)
        key = (ad.number, day, dimensions, kept)
        found = self._sums.get(key)
        if found is None:
            totals: dict[tuple[object, ...], Part] = {}
            for place, numbers in self.parts(ad, day, dimensions):
                values = tuple(place[name] for name in kept)
                before = totals.get(values)
                if before is None:
                    totals[values] = dict(zip(kept, values, strict=True)), numbers
                else:
                    totals[values] = before[0], before[1].plus(numbers)
            found = self._sums[key] = list(totals.values())
        return found

    def parts(self, ad: Ad, day: date, dimensions: Names) -> list[Part]:
        """An ad's day, divided one dimension after the other; parts without numbers are left out.

        An ad that has no such dimension has no parts.
        """
        key = (ad.number, day, dimensions)
        found = self._parts.get(key)
        if found is None:
            if not dimensions:
                found = [({}, self.whole(ad, day))]
            else:
                *before, last = dimensions
                chance = Chance(f"google|{last}|{ad.number}|{day}")
                moods = [chance.between(70, 130) for _ in range(LONGEST)]
                found = [
                    part
                    for place, numbers in self.parts(ad, day, tuple(before))
                    for part in _divided(ad, place, numbers, last, moods)
                ]
            self._parts[key] = found
        return found


def _divided(
    ad: Ad, place: Place, numbers: Numbers, dimension: str, moods: Sequence[int]
) -> list[Part]:
    """The parts of a cell; a day's moods let the usual weights sway."""
    weights = _DIMENSIONS[dimension](ad, place)
    if not weights or numbers == NOTHING:
        return []
    of_the_day = [weight * mood for (_, weight), mood in zip(weights, moods, strict=False)]
    return [
        ({**place, dimension: value}, part)
        for (value, _), part in zip(weights, divide(numbers, of_the_day), strict=True)
        if part != NOTHING
    ]
