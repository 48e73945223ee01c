"""What a customer has: campaigns and what is in them, as resources with their attributes.

An object is a dictionary from attribute to value; an item is the objects that belong together,
by resource.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from sandbox.googleads.customers import Customer
from sandbox.world.campaigns import ADS, CAMPAIGNS, Ad, Campaign
from sandbox.world.chance import Chance
from sandbox.world.days import FIRST_DAY

Object = Mapping[str, object]
Item = Mapping[str, Object]

_MATCH_TYPES = ("EXACT", "PHRASE", "BROAD", "BROAD")
_ANY_THEME = ("tea", "coffee", "tea shop", "gifts")
_THEMES = {
    "IN_Search_Brand": ("headwater", "headwater tea", "headwater online", "headwater offers"),
    "IN_Search_Generic_Tea": ("assam tea", "masala chai", "buy tea online", "loose leaf tea"),
    "US_Search_Generic": ("single origin coffee", "darjeeling tea", "tea gift", "indian coffee"),
}
_TAILS = ("", " price", " near me", " café ☕")
BUDGET_CHANGE_DAYS = 23


class Band(NamedTuple):
    """A value of age or gender, its criterion, and its usual share in percent."""

    name: str
    criterion_id: int
    weight: int


AGES = (
    Band("AGE_RANGE_18_24", 503001, 18),
    Band("AGE_RANGE_25_34", 503002, 31),
    Band("AGE_RANGE_35_44", 503003, 22),
    Band("AGE_RANGE_45_54", 503004, 11),
    Band("AGE_RANGE_55_64", 503005, 6),
    Band("AGE_RANGE_65_UP", 503006, 3),
    Band("AGE_RANGE_UNDETERMINED", 503999, 9),
)
GENDERS = (Band("MALE", 10, 47), Band("FEMALE", 11, 41), Band("UNDETERMINED", 20, 12))


class Action(NamedTuple):
    """A conversion action; `part` names what it counts among the numbers, if anything."""

    action_id: int
    name: str
    category: str
    origin: str
    kind: str
    part: str | None
    status: str = "ENABLED"

    def resource_name(self, customer_id: str) -> str:
        """`customers/1/conversionActions/2`."""
        return f"customers/{customer_id}/conversionActions/{self.action_id}"


ACTIONS = (
    Action(7000000011, "Purchase (web)", "PURCHASE", "WEBSITE", "WEBPAGE", "web"),
    Action(7000000012, "Purchase (app)", "PURCHASE", "APP", "FIREBASE_ANDROID_CUSTOM", "app"),
    Action(7000000013, "Sign-up", "SIGNUP", "WEBSITE", "WEBPAGE", "signups"),
    Action(7000000014, "Old thank-you page", "PURCHASE", "WEBSITE", "WEBPAGE", None, "REMOVED"),
)


@dataclass(frozen=True)
class Keyword:
    """A keyword of an ad group."""

    criterion_id: int
    text: str
    match_type: str

    @property
    def terms(self) -> tuple[str, ...]:
        """What people typed when it matched."""
        return tuple(f"{self.text}{tail}" for tail in _TAILS)


@dataclass
class Inventory:
    """What a customer has on a day.

    Args:
        customer: Whose it is.
        today: The day; budgets change now and then.
    """

    customer: Customer
    today: date
    campaigns: list[Campaign] = field(init=False)
    ads: list[Ad] = field(init=False)

    def __post_init__(self) -> None:
        mine = self.customer.customer_id
        self.campaigns = [one for one in CAMPAIGNS if one.account.account_id == mine]
        self.ads = [ad for ad in ADS if ad.campaign in self.campaigns]
        self._campaigns = {one.campaign_id: self._campaign_item(one) for one in self.campaigns}

    def campaign_item(self, campaign: Campaign) -> Item:
        """A campaign with its budget and customer."""
        return self._campaigns[campaign.campaign_id]

    def ad_group_item(self, ad: Ad) -> Item:
        """The ad group of an ad, with all above it; without ad group for Performance Max."""
        above = self.campaign_item(ad.campaign)
        return above if ad.ad_group_id is None else {**above, "ad_group": self._ad_group(ad)}

    def ad_item(self, ad: Ad) -> Item:
        """An ad with all above it."""
        above = self.ad_group_item(ad)
        return above if ad.ad_id is None else {**above, "ad_group_ad": self._ad(ad)}

    def groups(self) -> list[Ad]:
        """One ad of each ad group."""
        return list({ad.ad_group_id: ad for ad in self.ads if ad.ad_group_id}.values())

    def asset_group(self, campaign: Campaign, number: int) -> Object:
        """An asset group of a Performance Max campaign."""
        asset_group_id = 64 * 10**8 + int(campaign.campaign_id) % 10**7 * 10 + number
        return {
            "resource_name": self._name("assetGroups", asset_group_id),
            "id": asset_group_id,
            "name": f"{campaign.name} assets {number}",
            "campaign": self._name("campaigns", campaign.campaign_id),
            "status": "ENABLED",
            "primary_status": "ELIGIBLE",
            "ad_strength": "GOOD" if number == 1 else "AVERAGE",
            "final_urls": ["https://shop.example.com/"],
        }

    def keyword(self, ad: Ad, keyword: Keyword) -> Object:
        """A keyword as the criterion of an ad's ad group."""
        quality = keyword.criterion_id % 5 + 4
        return {
            **self._criterion(ad, keyword.criterion_id, "KEYWORD", keyword.text),
            "keyword.text": keyword.text,
            "keyword.match_type": keyword.match_type,
            "approval_status": "APPROVED",
            "system_serving_status": "ELIGIBLE",
            "effective_cpc_bid_micros": ad.campaign.click_cost_micros,
            "effective_cpc_bid_source": "AD_GROUP",
            "quality_info.quality_score": quality,
            "quality_info.creative_quality_score": "ABOVE_AVERAGE" if quality > 6 else "AVERAGE",  # noqa: PLR2004
            "position_estimates.first_page_cpc_micros": ad.campaign.click_cost_micros // 2,
        }

    def age_range(self, ad: Ad, age: Band) -> Object:
        """An age range as a criterion."""
        text = age.name.removeprefix("AGE_RANGE_")
        return {
            **self._criterion(ad, age.criterion_id, "AGE_RANGE", text),
            "age_range.type": age.name,
        }

    def gender(self, ad: Ad, gender: Band) -> Object:
        """A gender as a criterion."""
        return {
            **self._criterion(ad, gender.criterion_id, "GENDER", gender.name.capitalize()),
            "gender.type": gender.name,
        }

    def action(self, action: Action) -> Object:
        """A conversion action."""
        customer_id = self.customer.customer_id
        return {
            "resource_name": action.resource_name(customer_id),
            "id": action.action_id,
            "name": action.name,
            "status": action.status,
            "type": action.kind,
            "category": action.category,
            "origin": action.origin,
            "counting_type": "ONE_PER_CLICK" if action.part == "signups" else "MANY_PER_CLICK",
            "primary_for_goal": action.part in ("web", "app"),
            "include_in_conversions_metric": action.part in ("web", "app"),
            "owner_customer": self.customer.resource_name,
            "click_through_lookback_window_days": 30,
            "view_through_lookback_window_days": 1,
            "attribution_model_settings.attribution_model": (
                "GOOGLE_SEARCH_ATTRIBUTION_DATA_DRIVEN"
            ),
            "value_settings.default_value": 0.0,
            "value_settings.default_currency_code": self.customer.currency,
            "value_settings.always_use_default_value": False,
        }

    def budget_changes(self, campaign: Campaign) -> list[date]:
        """The days on which a campaign's budget was set anew, the first day first."""
        chance = Chance(f"google|budget|{campaign.campaign_id}")
        day, days = FIRST_DAY, []
        while day <= self.today:
            days.append(day)
            day += timedelta(days=chance.between(5, BUDGET_CHANGE_DAYS))
        return days

    def _campaign_item(self, campaign: Campaign) -> Item:
        return {
            "customer": self.customer.attributes(),
            "campaign": self._campaign(campaign),
            "campaign_budget": self._budget(campaign),
        }

    def _campaign(self, campaign: Campaign) -> Object:
        search = campaign.objective == "SEARCH"
        return {
            "resource_name": self._name("campaigns", campaign.campaign_id),
            "id": int(campaign.campaign_id),
            "name": campaign.name,
            "status": "ENABLED",
            "serving_status": "SERVING",
            "primary_status": "ELIGIBLE",
            "advertising_channel_type": campaign.objective,
            "bidding_strategy_type": "TARGET_SPEND" if search else "MAXIMIZE_CONVERSION_VALUE",
            "bidding_strategy_system_status": "ENABLED",
            "campaign_budget": self._name("campaignBudgets", _budget_id(campaign)),
            "base_campaign": self._name("campaigns", campaign.campaign_id),
            "experiment_type": "BASE",
            "payment_mode": "CLICKS",
            "ad_serving_optimization_status": "OPTIMIZE",
            "contains_eu_political_advertising": "DOES_NOT_CONTAIN_EU_POLITICAL_ADVERTISING",
            "start_date_time": f"{FIRST_DAY} 00:00:00",
            "network_settings.target_google_search": True,
            "network_settings.target_search_network": True,
            "network_settings.target_content_network": not search,
            "network_settings.target_partner_search_network": False,
            "geo_target_type_setting.positive_geo_target_type": "PRESENCE_OR_INTEREST",
            "geo_target_type_setting.negative_geo_target_type": "PRESENCE",
        }

    def _budget(self, campaign: Campaign) -> Object:
        changes = len(self.budget_changes(campaign)) - 1
        chance = Chance(f"google|amount|{campaign.campaign_id}|{changes}")
        minor = campaign.click_cost_micros * campaign.weight * chance.between(20, 40)
        return {
            "resource_name": self._name("campaignBudgets", _budget_id(campaign)),
            "id": _budget_id(campaign),
            "name": f"{campaign.name} budget",
            "amount_micros": minor // 10**6 * 10**6,
            "status": "ENABLED",
            "delivery_method": "STANDARD",
            "period": "DAILY",
            "type": "STANDARD",
            "explicitly_shared": False,
            "reference_count": 1,
            "has_recommended_budget": False,
        }

    def _ad_group(self, ad: Ad) -> Object:
        name = self._name("adGroups", str(ad.ad_group_id))
        return {
            "resource_name": name,
            "id": int(ad.ad_group_id or 0),
            "name": ad.ad_group_name,
            "status": "ENABLED",
            "type": "SEARCH_STANDARD",
            "primary_status": "ELIGIBLE",
            "campaign": self._name("campaigns", ad.campaign.campaign_id),
            "base_ad_group": name,
            "cpc_bid_micros": ad.campaign.click_cost_micros,
            "effective_cpc_bid_micros": ad.campaign.click_cost_micros,
            "cpm_bid_micros": 10_000,
            "target_cpa_micros": 0,
        }

    def _ad(self, ad: Ad) -> Object:
        headlines = [
            {"text": f"{ad.ad_name} {text}", "assetPerformanceLabel": "PENDING"}
            for text in ("from the hills", "delivered fresh", "☕ since 1998")
        ]
        return {
            "resource_name": self._name("adGroupAds", f"{ad.ad_group_id}~{ad.ad_id}"),
            "ad_group": self._name("adGroups", str(ad.ad_group_id)),
            "status": "ENABLED",
            "primary_status": "ELIGIBLE",
            "ad_strength": "GOOD",
            "policy_summary.approval_status": "APPROVED",
            "policy_summary.review_status": "REVIEWED",
            "ad.resource_name": self._name("ads", str(ad.ad_id)),
            "ad.id": int(ad.ad_id or 0),
            "ad.name": ad.ad_name,
            "ad.type": "RESPONSIVE_SEARCH_AD",
            "ad.final_urls": ["https://shop.example.com/"],
            "ad.added_by_google_ads": False,
            "ad.responsive_search_ad.headlines": headlines,
            "ad.responsive_search_ad.descriptions": [{"text": "Tea and coffee, to your door."}],
        }

    def _criterion(self, ad: Ad, criterion_id: int, kind: str, text: str) -> dict[str, object]:
        return {
            "resource_name": self._name("adGroupCriteria", f"{ad.ad_group_id}~{criterion_id}"),
            "criterion_id": criterion_id,
            "display_name": text,
            "status": "ENABLED",
            "type": kind,
            "negative": False,
            "ad_group": self._name("adGroups", str(ad.ad_group_id)),
            "primary_status": "ELIGIBLE",
        }

    def _name(self, collection: str, key: object) -> str:
        return f"{self.customer.resource_name}/{collection}/{key}"


def keywords(ad: Ad) -> list[Keyword]:
    """The keywords of an ad's ad group."""
    texts = _THEMES.get(ad.campaign.name, _ANY_THEME)
    broad = ad.ad_group_name == "Broad"
    return [
        Keyword(
            3 * 10**11 + int(ad.ad_group_id or 0) % 10**9 * 10 + place,
            text if broad else f"{text} shop",
            match_type,
        )
        for place, (text, match_type) in enumerate(zip(texts, _MATCH_TYPES, strict=True))
    ]


def _budget_id(campaign: Campaign) -> int:
    return int(campaign.campaign_id) + 500_000
