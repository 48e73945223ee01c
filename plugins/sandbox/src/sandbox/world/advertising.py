"""What ads cost and claim on a day, and what the platforms say of it later.

A platform counts a conversion on the day of the click and learns of it days later: so a day's
numbers move for a week (Facebook, 7-day click) or a month (Google).
"""

from collections import Counter
from datetime import date, timedelta

from sandbox.world.campaigns import ADS, Ad
from sandbox.world.chance import Chance
from sandbox.world.daybook import AdMetrics, DayBook
from sandbox.world.days import midnight
from sandbox.world.people import Person

MICROS = 1_000_000
CLICK_DAYS = {"facebook": 7, "google": 30}
# So many of a thousand days on which an ad brought nobody are taken back whole.
VOID_DAYS = 120
# So many of a thousand ads' days lose one more click in Facebook's 28 days.
LATE_CLICKS = 300
# Money is told to the minor unit.
MINOR = 10_000


class Day:
    """The ads' part of a day.

    Args:
        book: Where the numbers are recorded.
        seed: The world's seed.
    """

    def __init__(self, book: DayBook, seed: int) -> None:
        self._book = book
        self._chance = Chance(f"{seed}|ads|{book.day}")
        self._audit = Chance(f"{seed}|ads audit|{book.day}")
        self._arrivals: Counter[int] = Counter()

    def click(self, person: Person) -> None:
        """Count a visitor who came by an ad for the first time."""
        if person.ad is not None:
            self._arrivals[person.ad] += 1

    def convert(self, person: Person, gross: int) -> None:
        """Let the platform claim an order (minor units), if its click is not too long ago."""
        if person.ad is None:
            return
        platform = ADS[person.ad].campaign.account.platform
        today = self._book.day
        age = (midnight(today) + 86_399 - person.first_touch_at) // 86_400
        if age > CLICK_DAYS[platform]:
            return
        # Google shares a conversion out between the clicks before it.
        share = self._chance.between(50, 100) if platform == "google" and age else 100
        self._book.metrics.append(
            AdMetrics(
                ad=person.ad,
                day=today - timedelta(days=age),
                reported_on=today + timedelta(days=self._chance.pick((0, 0, 1, 2))),
                conversions=MICROS * share // 100,
                value=gross * MINOR * share // 100,
            )
        )

    def close(self) -> None:
        """Record what the day cost, and what the platform takes back for invalid clicks."""
        for ad in ADS:
            self._record(ad)

    def _record(self, ad: Ad) -> None:
        chance = self._chance
        day = self._book.day
        arrivals = self._arrivals[ad.number]
        clicks = arrivals * chance.between(3, 6) + chance.between(0, 4)
        impressions = clicks * chance.between(45, 110) + chance.between(20, 400)
        cost = ad.campaign.click_cost_micros * chance.between(80, 125) // 100
        spend = clicks * cost // MINOR * MINOR
        self._book.metrics.append(
            AdMetrics(ad.number, day, day, impressions=impressions, clicks=clicks, spend=spend)
        )
        invalid = clicks * chance.between(0, 4) // 100
        # Nobody came by it, so nothing will ever be converted: then all of a day may prove void.
        if not arrivals and self._audit.hit(VOID_DAYS):
            later = day + timedelta(days=self._audit.between(1, 3))
            void = AdMetrics(
                ad.number, day, later, impressions=-impressions, clicks=-clicks, spend=-spend
            )
            self._book.metrics.append(void)
            return
        if invalid:
            self._take_back(ad, day + timedelta(days=chance.between(1, 3)), invalid, cost)
        # Facebook goes on for 28 days: now and then one more click proves void.
        is_facebook = ad.campaign.account.platform == "facebook"
        if is_facebook and clicks > invalid and self._audit.hit(LATE_CLICKS):
            self._take_back(ad, day + timedelta(days=self._audit.between(4, 28)), 1, cost)

    def _take_back(self, ad: Ad, later: date, clicks: int, cost: int) -> None:
        """Record clicks that prove void, and the money for them."""
        back = clicks * cost // MINOR * MINOR
        self._book.metrics.append(
            AdMetrics(ad.number, self._book.day, later, clicks=-clicks, spend=-back)
        )
