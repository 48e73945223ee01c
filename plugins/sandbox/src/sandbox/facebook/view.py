"""The world as Facebook shows it now: what each ad did on each day, kept while the world stands."""

from datetime import date
from pathlib import Path
from typing import NamedTuple

from sandbox.live_world import LiveWorld
from sandbox.world.advertising import MICROS, MINOR
from sandbox.world.campaigns import ADS, Account, Ad

PLATFORM = "facebook"
FACEBOOK_ADS = tuple(ad for ad in ADS if ad.campaign.account.platform == PLATFORM)


class Numbers(NamedTuple):
    """What the platform says of an ad's day; money in minor units of the account's currency."""

    impressions: int
    clicks: int
    spend: int
    purchases: int
    value: int


class FacebookView(LiveWorld):
    """Reads the world, and again when its clock has moved.

    Args:
        path: The world's file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.plan = self._world.plan
        self.numbers: dict[int, dict[date, Numbers]] = {}

    def spent(self, account: Account) -> int:
        """All that an account has spent, in minor units."""
        return sum(
            numbers.spend
            for ad in FACEBOOK_ADS
            if ad.campaign.account is account
            for numbers in self.numbers[ad.number].values()
        )

    def _follow(self, clock: date) -> None:
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
