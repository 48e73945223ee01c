"""click_view: every click of a day, one row each.

Clicks of people who came to the company for the first time carry the gclid that they brought;
the others' are made up.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from sandbox.googleads.cells import PREFIX, Cells, Place
from sandbox.googleads.check import Plan
from sandbox.googleads.dates import day_segments
from sandbox.googleads.failures import query_error
from sandbox.googleads.inventory import Inventory, Keyword
from sandbox.googleads.numbers import Numbers
from sandbox.googleads.places import CITIES_OF, COUNTRIES, SEEN_IN
from sandbox.googleads.source import Row
from sandbox.world.campaigns import Ad
from sandbox.world.chance import Chance
from sandbox.world.days import TIME_ZONE
from sandbox.world.people import Person
from sandbox.world.store import World

# People by the ad that brought them and the day of their first visit.
Arrivals = dict[tuple[int, date], list[Person]]

OLDEST = timedelta(days=90)


def the_day(plan: Plan, today: date) -> date:
    """The one day that a query on click_view asks for.

    Raises:
        ApiError: It asks for none, for several, or for one too long ago.
    """
    tests = [(name, test) for name, test in plan.tests if name == "segments.date"]
    near = (today + timedelta(days=number) for number in range(-800, 800))
    days = [day for day in near if all(test(str(day)) for _, test in tests)]
    if len(days) != 1 or not tests:
        raise query_error(
            "DATE_RANGE_TOO_WIDE",
            "The date range of a query on click_view must be exactly one day: filter on "
            "'segments.date'.",
        )
    if today - days[0] > OLDEST:
        raise query_error(
            "INVALID_VALUE_WITH_DURING_OPERATOR"
            if plan.query.conditions[0].operator == "DURING"
            else "BAD_VALUE",
            f"Error in WHERE clause: invalid value {days[0]}. Clicks are kept for 90 days.",
        )
    return days[0]


class Clicks:
    """The clicks of one customer.

    Args:
        inventory: What the customer has.
        cells: How many there are.
        arrivals: First visits by ad and day.
    """

    def __init__(self, inventory: Inventory, cells: Cells, arrivals: Arrivals) -> None:
        self._inventory = inventory
        self._cells = cells
        self._arrivals = arrivals

    def rows(self, day: date) -> Iterator[Row]:
        """The clicks of a day."""
        for ad in self._inventory.ads:
            dimensions = (*PREFIX, "keyword") if ad.ad_group_id else PREFIX
            people = iter(self._arrivals.get((ad.number, day), []))
            chance = Chance(f"google|clicks|{ad.number}|{day}")
            for place, numbers in self._cells.parts(ad, day, dimensions):
                for _ in range(numbers.clicks):
                    yield self._row(ad, day, place, next(people, None), chance)

    def _row(self, ad: Ad, day: date, place: Place, person: Person | None, chance: Chance) -> Row:
        gclid = chance.hexadecimal(24)
        country = SEEN_IN[ad.campaign.account.currency][0][0]
        city = chance.pick(list(CITIES_OF[country.country_code].values()))
        if person:
            gclid = person.click_id
            country = COUNTRIES.get(person.country, country)
            city = CITIES_OF[country.country_code].get(person.city, city)
        item = {**self._inventory.ad_item(ad), "click_view": self._view(ad, day, place, gclid)}
        item["click_view"] = {
            **item["click_view"],
            "location_of_presence.country": country.resource_name,
            "location_of_presence.city": city.resource_name,
            "location_of_presence.most_specific": city.resource_name,
        }
        segments = {
            **day_segments(day),
            "segments.device": place["device"],
            "segments.ad_network_type": place["network"],
            "segments.click_type": "URL_CLICKS" if ad.ad_group_id else "UNKNOWN",
            "segments.slot": "SEARCH_TOP" if ad.ad_group_id else "MIXED",
        }
        return Row(item, segments, Numbers(clicks=1))

    def _view(self, ad: Ad, day: date, place: Place, gclid: str) -> dict[str, object]:
        customer = self._inventory.customer.resource_name
        view: dict[str, object] = {
            "resource_name": f"{customer}/clickViews/{day}~{gclid}",
            "gclid": gclid,
            "page_number": 1,
        }
        keyword = place.get("keyword")
        if isinstance(keyword, Keyword):
            view["ad_group_ad"] = f"{customer}/adGroupAds/{ad.ad_group_id}~{ad.ad_id}"
            view["keyword"] = self._inventory.keyword(ad, keyword)["resource_name"]
            view["keyword_info.text"] = keyword.text
            view["keyword_info.match_type"] = keyword.match_type
        return view


def arrivals(world: World) -> Arrivals:
    """Who was brought by which ad on which day."""
    found: Arrivals = defaultdict(list)
    for person in world.people():
        if person.ad is not None:
            day = datetime.fromtimestamp(person.first_touch_at, TIME_ZONE).date()
            found[person.ad, day].append(person)
    return found
