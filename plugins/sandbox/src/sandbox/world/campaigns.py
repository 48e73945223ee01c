"""The ad accounts of the company, their campaigns, ad groups and ads.

Ids are like the platforms' own: long numbers, kept as text.
"""

from dataclasses import dataclass

from sandbox.world.chance import Weighted


@dataclass(frozen=True)
class Account:
    """An ad account; a day of it has the date of the company's day, in a zone of its own."""

    platform: str
    account_id: str
    name: str
    currency: str
    time_zone: str = "Asia/Kolkata"


@dataclass(frozen=True)
class Campaign:
    """A campaign; `weight` is its share of the visitors that ads bring."""

    campaign_id: str
    account: Account
    name: str
    objective: str
    weight: int
    click_cost_micros: int


@dataclass(frozen=True)
class Ad:
    """The smallest thing that costs money. Performance Max has neither ad group nor ad."""

    number: int
    campaign: Campaign
    ad_group_id: str | None
    ad_group_name: str | None
    ad_id: str | None
    ad_name: str | None


ACCOUNTS = (
    Account("facebook", "504112233445566", "Headwater India", "INR"),
    Account("facebook", "504998877665544", "Headwater World", "USD", "America/New_York"),
    Account("google", "3141592653", "Headwater IN", "INR"),
    Account("google", "2718281828", "Headwater Global", "USD", "America/New_York"),
)
# account, name, objective, weight, cost of a click in minor units
_CAMPAIGNS = (
    (0, "IN | Prospecting | Chai", "OUTCOME_SALES", 26, 780),
    (0, "IN | Retargeting | Cart", "OUTCOME_SALES", 12, 1150),
    (0, "IN | Brand | Monsoon ☔", "OUTCOME_AWARENESS", 8, 420),
    (1, "US | Prospecting | Coffee", "OUTCOME_SALES", 9, 62),
    (1, "World | Gifts", "OUTCOME_TRAFFIC", 4, 48),
    (2, "IN_Search_Brand", "SEARCH", 18, 510),
    (2, "IN_Search_Generic_Tea", "SEARCH", 13, 1320),
    (2, "IN_PMax_Shopping", "PERFORMANCE_MAX", 10, 940),
    (3, "US_Search_Generic", "SEARCH", 7, 95),
    (3, "World_PMax", "PERFORMANCE_MAX", 4, 70),
)


def _campaigns() -> list[Campaign]:
    campaigns = []
    for number, (place, name, objective, weight, cost) in enumerate(_CAMPAIGNS):
        account = ACCOUNTS[place]
        first = 120210000000000100 if account.platform == "facebook" else 21000000100
        campaign_id = str(first + number * 37)
        campaigns.append(Campaign(campaign_id, account, name, objective, weight, cost * 10_000))
    return campaigns


def _ads(campaigns: list[Campaign]) -> list[Ad]:
    ads: list[Ad] = []
    for campaign in campaigns:
        if campaign.objective == "PERFORMANCE_MAX":
            ads.append(Ad(len(ads), campaign, None, None, None, None))
            continue
        for group in ("Broad", "Lookalike"):
            group_id = str(int(campaign.campaign_id) * 10 + len(ads))
            for variant in ("Video", "Still"):
                ad_id = str(int(campaign.campaign_id) * 100 + len(ads))
                name = f"{variant} {len(ads):02d}"
                ads.append(Ad(len(ads), campaign, group_id, group, ad_id, name))
    return ads


CAMPAIGNS = _campaigns()
ADS = _ads(CAMPAIGNS)
_SIZES = {campaign.campaign_id: 0 for campaign in CAMPAIGNS}
for _ad in ADS:
    _SIZES[_ad.campaign.campaign_id] += 1
ADS_BY_WEIGHT = Weighted(
    {ad: ad.campaign.weight * 12 // _SIZES[ad.campaign.campaign_id] for ad in ADS}
)
