"""The world as Facebook shows it now: what each ad did on each day, kept while the world stands."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from sandbox.clock import http_date
from sandbox.world.advertising import MICROS, MINOR
from sandbox.world.campaigns import ADS, Account, Ad
from sandbox.world.store import World

PLATFORM = "facebook"
FACEBOOK_ADS = tuple(ad for ad in ADS if ad.campaign.account.platform == PLATFORM)


class Numbers(NamedTuple):
    """What the platform says of an ad's day; money in minor units of the account's currency."""

    impressions: int
    clicks: int
    spend: int
    purchases: int
    value: int


class FacebookView:
    """Reads the world, and again when its clock has moved.

    Args:
        path: The world's file.
    """

    def __init__(self, path: Path) -> None:
        self._world = World(path)
        self._version = -1
        self._clock = date.min
        self.plan = self._world.plan
        self.numbers: dict[int, dict[date, Numbers]] = {}

    def close(self) -> None:
        """Close the world's file."""
        self._world.close()

    @property
    def clock(self) -> date:
        """The world's clock, having read again what moved with it."""
        version = self._world.version
        if version != self._version:
            self._version = version
            clock = self._world.clock
            if clock != self._clock:
                self._read(clock)
                self._clock = clock
        return self._clock

    @property
    def http_date(self) -> str:
        """The last second of the clock's day, as the header `Date` has it."""
        return http_date(self.clock)

    def spent(self, account: Account) -> int:
        """All that an account has spent, in minor units."""
        return sum(
            numbers.spend
            for ad in FACEBOOK_ADS
            if ad.campaign.account is account
            for numbers in self.numbers[ad.number].values()
        )

    def _read(self, clock: date) -> None:
        self.numbers = {ad.number: {} for ad in FACEBOOK_ADS}
        rows = self._world.query(
            "SELECT ad, day, sum(impressions), sum(clicks), sum(spend), sum(conversions), "
            "sum(value) FROM ad_metrics WHERE reported_on <= :clock AND day <= :clock "
            "GROUP BY ad, day ORDER BY ad, day",
            clock,
        )
        for row in rows:
            ad, day, impressions, clicks, spend, conversions, value = map(str, row)
            days = self.numbers.get(int(ad))
            if days is not None:
                days[date.fromisoformat(day)] = Numbers(
                    int(impressions),
                    int(clicks),
                    int(spend) // MINOR,
                    int(conversions) // MICROS,
                    int(value) // MINOR,
                )


def level_id(ad: Ad, level: str) -> str:
    """Id of an ad's account, campaign, ad set, or of the ad itself."""
    return {
        "account": ad.campaign.account.account_id,
        "campaign": ad.campaign.campaign_id,
        "adset": ad.ad_group_id or "",
        "ad": ad.ad_id or "",
    }[level]
