"""The objects of an ad account: itself, its campaigns, ad sets, ads and what belongs to them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sandbox.clock import last_second
from sandbox.facebook.columns import goal
from sandbox.facebook.view import FACEBOOK_ADS, PLATFORM, FacebookView
from sandbox.world.campaigns import ACCOUNTS, CAMPAIGNS, Account, Ad, Campaign

Values = dict[str, object]
BUSINESS = {"id": "330099887766554", "name": "Headwater"}
USER = {"id": "122099887766554", "name": "Headwater System User"}
# Meta's own numbers of time zones.
_TIME_ZONES = {"Asia/Kolkata": 71, "America/New_York": 7}
_STATUS = {"status": "ACTIVE", "configured_status": "ACTIVE", "effective_status": "ACTIVE"}
# A campaign's budget is raised every so many days.
_RAISE_DAYS = 14
_WAY_OF_RAISING = 8  # percent
_DAILY_BUDGET = {"INR": 450_000, "USD": 9_000}
ACCOUNTS_HERE = tuple(account for account in ACCOUNTS if account.platform == PLATFORM)


@dataclass(frozen=True)
class Node:
    """An object: its kind (as names.py names kinds), its id, its account, what it shows.

    `edges` are the objects below it, `default` the fields it shows unasked.
    """

    kind: str
    node_id: str
    account: str
    values: Values
    default: tuple[str, ...] = ("id",)
    edges: "dict[str, list[Node]]" = field(default_factory=dict)


def build(view: FacebookView) -> dict[str, Node]:
    """All objects by their ids, as they are at the world's clock."""
    today = view.clock
    found: dict[str, Node] = {}
    accounts = [_Account(view, account, today).node() for account in ACCOUNTS_HERE]
    user = Node("user", "me", "", dict(USER), ("id", "name"), {"adaccounts": accounts})
    business = Node(
        "user", BUSINESS["id"], "", dict(BUSINESS), ("id", "name"), {"owned_ad_accounts": accounts}
    )
    _remember([user, business], found)
    found[USER["id"]] = user
    return found


def _remember(nodes: Iterable[Node], found: dict[str, Node]) -> None:
    for node in nodes:
        if node.node_id not in found:
            found[node.node_id] = node
            for below in node.edges.values():
                _remember(below, found)


class _Account:
    """Builds one account and all below it."""

    def __init__(self, view: FacebookView, account: Account, today: date) -> None:
        self._view, self._account, self._today = view, account, today
        self._zone = ZoneInfo(account.time_zone)
        self._first = view.plan.first_day

    def node(self) -> Node:
        account = self._account
        campaigns = [
            self._campaign(campaign) for campaign in CAMPAIGNS if campaign.account is account
        ]
        adsets = [adset for campaign in campaigns for adset in campaign.edges["adsets"]]
        ads = [ad for adset in adsets for ad in adset.edges["ads"]]
        edges = {
            "campaigns": campaigns,
            "adsets": adsets,
            "ads": ads,
            "adcreatives": [node for ad in ads for node in ad.edges["adcreatives"]],
            "customconversions": [self._custom_conversion()],
            "customaudiences": [self._audience()],
            "adimages": [self._image(ad) for ad in self._ads() if not _is_video(ad)],
            "advideos": [self._video(ad) for ad in self._ads() if _is_video(ad)],
            "adlabels": [],
        }
        return Node(
            "adaccount",
            f"act_{account.account_id}",
            account.account_id,
            self._values(),
            ("account_id", "id"),
            edges,
        )

    def _values(self) -> Values:
        account, now = self._account, last_second(self._today, self._zone)
        offset = now.utcoffset() or timedelta()
        return {
            "id": f"act_{account.account_id}",
            "account_id": account.account_id,
            "name": account.name,
            "account_status": 1,
            "age": float((self._today - self._first).days + 30),
            "amount_spent": str(self._view.spent(account)),
            "balance": "0",
            "business": dict(BUSINESS),
            "business_name": "Headwater Goods",
            "business_city": "Bengaluru",
            "business_country_code": "IN",
            "capabilities": ["CAN_USE_REACH_AND_FREQUENCY"],
            "created_time": self._moment(self._first - timedelta(days=30), 9),
            "currency": account.currency,
            "disable_reason": 0,
            "end_advertiser": BUSINESS["id"],
            "end_advertiser_name": BUSINESS["name"],
            "has_migrated_permissions": True,
            "is_direct_deals_enabled": False,
            "is_notifications_enabled": True,
            "is_personal": 0,
            "is_prepay_account": False,
            "is_tax_id_required": False,
            "min_campaign_group_spend_cap": "10000",
            "min_daily_budget": 10000 if account.currency == "INR" else 100,
            "owner": BUSINESS["id"],
            "spend_cap": "0",
            "tax_id_status": 0,
            "timezone_id": _TIME_ZONES[account.time_zone],
            "timezone_name": account.time_zone,
            "timezone_offset_hours_utc": offset.total_seconds() / 3600,
        }

    def _campaign(self, campaign: Campaign) -> Node:
        raises, raised_on = self._raises(campaign)
        base = _DAILY_BUDGET[self._account.currency] * campaign.weight // 10
        budget = base * (100 + raises * _WAY_OF_RAISING) // 100
        groups = dict.fromkeys(
            (ad.ad_group_id, ad.ad_group_name) for ad in self._ads() if ad.campaign is campaign
        )
        adsets = [self._adset(campaign, str(number), str(name)) for number, name in groups]
        values: Values = {
            **self._common(campaign.campaign_id, campaign.name),
            "objective": campaign.objective,
            "buying_type": "AUCTION",
            "bid_strategy": "LOWEST_COST_WITHOUT_CAP",
            "daily_budget": str(budget),
            "budget_remaining": str(budget // 3),
            "budget_rebalance_flag": False,
            "can_create_brand_lift_study": False,
            "can_use_spend_cap": True,
            "has_secondary_skadnetwork_reporting": False,
            "is_skadnetwork_attribution": False,
            "pacing_type": ["standard"],
            "primary_attribution": "DEFAULT",
            "smart_promotion_type": "GUIDED_CREATION",
            "source_campaign_id": "0",
            "special_ad_categories": [],
            "special_ad_category": "NONE",
            "topline_id": "0",
            "start_time": self._moment(self._first, 8),
            "updated_time": self._moment(raised_on, 9) if raises else self._moment(self._first, 8),
        }
        edges = {
            "adsets": adsets,
            "ads": [ad for adset in adsets for ad in adset.edges["ads"]],
        }
        return Node("campaign", campaign.campaign_id, self._account.account_id, values, edges=edges)

    def _raises(self, campaign: Campaign) -> tuple[int, date]:
        """How often a campaign's budget was raised so far, and when for the last time."""
        begin = self._first + timedelta(days=int(campaign.campaign_id) % _RAISE_DAYS)
        raises = max(0, (self._today - begin).days // _RAISE_DAYS)
        return raises, begin + timedelta(days=raises * _RAISE_DAYS)

    def _adset(self, campaign: Campaign, number: str, name: str) -> Node:
        ads = [self._ad(ad) for ad in self._ads() if ad.ad_group_id == number]
        country = "IN" if self._account.currency == "INR" else "US"
        values: Values = {
            **self._common(number, name),
            "campaign_id": campaign.campaign_id,
            "attribution_spec": [
                {"event_type": "CLICK_THROUGH", "window_days": 7},
                {"event_type": "VIEW_THROUGH", "window_days": 1},
            ],
            "billing_event": "IMPRESSIONS",
            "budget_remaining": "0",
            "destination_type": "WEBSITE",
            "is_dynamic_creative": False,
            "lifetime_imps": 0,
            "optimization_goal": goal(campaign.objective),
            "optimization_sub_event": "NONE",
            "pacing_type": ["standard"],
            "promoted_object": {
                "pixel_id": self._pixel(),
                "custom_event_type": "PURCHASE",
            },
            "recurring_budget_semantics": False,
            "source_adset_id": "0",
            "start_time": self._moment(self._first, 8),
            "targeting": {
                "age_min": 18,
                "age_max": 65,
                "geo_locations": {"countries": [country], "location_types": ["home", "recent"]},
            },
        }
        return Node(
            "adset",
            number,
            self._account.account_id,
            values,
            edges={
                "ads": ads,
                "adcreatives": [node for ad in ads for node in ad.edges["adcreatives"]],
            },
        )

    def _ad(self, ad: Ad) -> Node:
        creative = self._creative(ad)
        values: Values = {
            **self._common(str(ad.ad_id), str(ad.ad_name)),
            "campaign_id": ad.campaign.campaign_id,
            "adset_id": ad.ad_group_id,
            "bid_type": "ABSOLUTE_OCPM",
            "creative": {"id": creative.node_id},
            "conversion_domain": "headwater.example",
            "conversion_specs": [{"action.type": ["offsite_conversion"]}],
            "last_updated_by_app_id": "1234567890",
            "source_ad_id": "0",
            "tracking_specs": [
                {"action.type": ["offsite_conversion"], "fb_pixel": [self._pixel()]}
            ],
        }
        return Node(
            "ad",
            str(ad.ad_id),
            self._account.account_id,
            values,
            edges={"adcreatives": [creative]},
        )

    def _creative(self, ad: Ad) -> Node:
        media = (
            {"object_type": "VIDEO", "video_id": _media(ad)}
            if _is_video(ad)
            else {"object_type": "SHARE", "image_hash": _hash(ad)}
        )
        creative_id = _creative_id(ad)
        page = "104455667788990"
        values: Values = {
            "id": creative_id,
            "account_id": self._account.account_id,
            "actor_id": page,
            "body": "Fresh tea and coffee, to your door. ☕",
            "call_to_action_type": "SHOP_NOW",
            "effective_object_story_id": f"{page}_{_media(ad)}",
            "link_url": "https://headwater.example/",
            "name": f"{ad.ad_name} creative",
            "object_story_spec": {
                "page_id": page,
                "link_data": {"link": "https://headwater.example/", "message": "Fresh tea"},
            },
            "status": "ACTIVE",
            "thumbnail_url": f"https://headwater.example/thumbnails/{_hash(ad)}.png",
            "title": str(ad.ad_name),
            "url_tags": "utm_source=facebook&utm_medium=paid&utm_campaign={{campaign.name}}"
            "&utm_id={{campaign.id}}",
            **media,
        }
        return Node("adcreative", creative_id, self._account.account_id, values)

    def _custom_conversion(self) -> Node:
        number = f"6{self._account.account_id[1:]}"
        values: Values = {
            "id": number,
            "account_id": self._account.account_id,
            "business": dict(BUSINESS),
            "creation_time": self._moment(self._first, 10),
            "custom_event_type": "PURCHASE",
            "default_conversion_value": 0,
            "is_archived": False,
            "is_unavailable": False,
            "last_fired_time": self._moment(self._today, 12),
            "name": "Order above 1,000",
            "pixel": {"id": self._pixel()},
            "rule": '{"and":[{"event":{"eq":"Purchase"}}]}',
        }
        return Node("customconversion", number, self._account.account_id, values)

    def _audience(self) -> Node:
        number = f"7{self._account.account_id[1:]}"
        created = int(datetime.combine(self._first, time(11), self._zone).timestamp())
        values: Values = {
            "id": number,
            "account_id": self._account.account_id,
            "approximate_count_lower_bound": 1000,
            "approximate_count_upper_bound": 1200,
            "description": "Everybody who has bought",
            "name": "Customers",
            "operation_status": {"code": 200, "description": "Normal"},
            "delivery_status": {"code": 200, "description": "Ready"},
            "retention_days": 180,
            "subtype": "WEBSITE",
            "time_created": created,
            "time_updated": created,
        }
        return Node("customaudience", number, self._account.account_id, values)

    def _image(self, ad: Ad) -> Node:
        number = f"{self._account.account_id}:{_hash(ad)}"
        values: Values = {
            "id": number,
            "account_id": self._account.account_id,
            "created_time": self._moment(self._first, 8),
            "updated_time": self._moment(self._first, 8),
            "hash": _hash(ad),
            "height": 1080,
            "width": 1080,
            "original_height": 1080,
            "original_width": 1080,
            "is_associated_creatives_in_adgroups": True,
            "name": f"{ad.ad_name}.png",
            "status": "ACTIVE",
            "permalink_url": f"https://headwater.example/images/{_hash(ad)}",
            "url": f"https://headwater.example/images/{_hash(ad)}.png",
            "creatives": [_creative_id(ad)],
        }
        return Node("adimage", number, self._account.account_id, values)

    def _video(self, ad: Ad) -> Node:
        values: Values = {
            "id": _media(ad),
            "created_time": self._moment(self._first, 8),
            "updated_time": self._moment(self._first, 8),
            "title": str(ad.ad_name),
            "length": 14.5,
            "published": True,
        }
        return Node("advideo", _media(ad), self._account.account_id, values)

    def _common(self, number: str, name: str) -> Values:
        return {
            "id": number,
            "account_id": self._account.account_id,
            "name": name,
            **_STATUS,
            "created_time": self._moment(self._first, 8),
            "updated_time": self._moment(self._first, 8),
        }

    def _ads(self) -> list[Ad]:
        return [ad for ad in FACEBOOK_ADS if ad.campaign.account is self._account]

    def _pixel(self) -> str:
        return f"9{self._account.account_id[1:]}"

    def _moment(self, day: date, hour: int) -> str:
        moment = datetime.combine(day, time(hour), self._zone)
        return moment.strftime("%Y-%m-%dT%H:%M:%S%z")


def _is_video(ad: Ad) -> bool:
    return str(ad.ad_name).startswith("Video")


def _media(ad: Ad) -> str:
    return f"88{ad.ad_id}"[-15:]


def _hash(ad: Ad) -> str:
    return f"{int(str(ad.ad_id)):032x}"


def _creative_id(ad: Ad) -> str:
    return f"77{str(ad.ad_id)[-16:]}"
