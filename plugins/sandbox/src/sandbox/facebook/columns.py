"""The fields of a row of insights, as text; None where the API leaves a field out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sandbox.facebook.conversions import OMNI, PIXEL, actions, returns, values
from sandbox.facebook.metrics import PLACE, Vector
from sandbox.facebook.periods import Period
from sandbox.world.campaigns import Ad

_RANK = {"account": 0, "campaign": 1, "adset": 2, "ad": 3}


@dataclass(frozen=True)
class Row:
    """One row: what was counted of an entity (that one of its ads stands for) in a period.

    Unique metrics have been merged, not summed.
    """

    ad: Ad
    level: str
    period: Period
    cell: tuple[str, ...]
    vector: Vector
    windows: tuple[str, ...]
    has_unique: bool

    def __getitem__(self, metric: str) -> int:
        """A metric by its name."""
        return self.vector[PLACE[metric]]


Column = Callable[[Row], object]


def money(minor: int) -> str:
    """Minor units as Facebook writes money."""
    return f"{minor // 100}.{minor % 100:02d}" if minor else "0"


def decimal(value: float) -> str:
    """A ratio with at most six places."""
    return f"{value:.6f}".rstrip("0").rstrip(".")


def _count(metric: str) -> Column:
    return lambda row: str(row[metric])


def _unique(metric: str) -> Column:
    return lambda row: str(row[metric]) if row.has_unique else None


def _ratio(above: str, below: str, factor: float, *, unique: bool = False) -> Column:
    """A quotient of two metrics; left out when there is nothing to divide by."""

    def column(row: Row) -> object:
        if not row[below] or (unique and not row.has_unique):
            return None
        return decimal(row[above] * factor / row[below])

    return column


def _name(level: str, read: Callable[[Ad], str | None]) -> Column:
    """Something of an entity, which is there at its own level and below."""
    return lambda row: read(row.ad) if _RANK[row.level] >= _RANK[level] else None


def _only(metric: str, action_type: str) -> Column:
    """A list of one action."""
    return lambda row: (
        [{"action_type": action_type, "value": str(row[metric])}] if row[metric] else None
    )


def _actions(row: Row) -> object:
    return actions(row.vector, row.windows, str)


def _values(row: Row) -> object:
    return values(row.vector, row.windows, money)


def _costs(row: Row) -> object:
    spend = row["spend"]
    if not spend:
        return None
    return actions(row.vector, row.windows, lambda count: decimal(spend / 100 / count))


def _returns(*names: str) -> Column:
    return lambda row: returns(
        row.vector, names, row.windows, lambda value: decimal(value / row["spend"])
    )


def _ranking(row: Row) -> object:
    return "UNKNOWN" if row.level == "ad" else None


COLUMNS: Mapping[str, Column] = {
    "account_id": _name("account", lambda ad: ad.campaign.account.account_id),
    "account_name": _name("account", lambda ad: ad.campaign.account.name),
    "account_currency": _name("account", lambda ad: ad.campaign.account.currency),
    "campaign_id": _name("campaign", lambda ad: ad.campaign.campaign_id),
    "campaign_name": _name("campaign", lambda ad: ad.campaign.name),
    "objective": _name("campaign", lambda ad: ad.campaign.objective),
    "buying_type": _name("campaign", lambda _: "AUCTION"),
    "adset_id": _name("adset", lambda ad: ad.ad_group_id),
    "adset_name": _name("adset", lambda ad: ad.ad_group_name),
    "optimization_goal": _name("adset", lambda ad: goal(ad.campaign.objective)),
    "attribution_setting": _name("adset", lambda _: "7d_click_1d_view"),
    "ad_id": _name("ad", lambda ad: ad.ad_id),
    "ad_name": _name("ad", lambda ad: ad.ad_name),
    "impressions": _count("impressions"),
    "clicks": _count("clicks"),
    "spend": lambda row: money(row["spend"]),
    "reach": _unique("reach"),
    "frequency": _ratio("impressions", "reach", 1, unique=True),
    "unique_clicks": _unique("unique_clicks"),
    "unique_ctr": _ratio("unique_clicks", "reach", 100, unique=True),
    "cost_per_unique_click": _ratio("spend", "unique_clicks", 0.01, unique=True),
    "ctr": _ratio("clicks", "impressions", 100),
    "cpc": _ratio("spend", "clicks", 0.01),
    "cpm": _ratio("spend", "impressions", 10),
    "cpp": _ratio("spend", "reach", 10, unique=True),
    "inline_link_clicks": _count("link_clicks"),
    "inline_link_click_ctr": _ratio("link_clicks", "impressions", 100),
    "cost_per_inline_link_click": _ratio("spend", "link_clicks", 0.01),
    "inline_post_engagement": _count("engagements"),
    "cost_per_inline_post_engagement": _ratio("spend", "engagements", 0.01),
    "outbound_clicks": _only("outbound_clicks", "outbound_click"),
    "video_play_actions": _only("video_views", "video_view"),
    "video_p25_watched_actions": _only("video_p25", "video_view"),
    "video_p50_watched_actions": _only("video_p50", "video_view"),
    "video_p75_watched_actions": _only("video_p75", "video_view"),
    "video_p100_watched_actions": _only("video_p100", "video_view"),
    "actions": _actions,
    "action_values": _values,
    "cost_per_action_type": _costs,
    "purchase_roas": _returns(OMNI),
    "website_purchase_roas": _returns(PIXEL),
    "quality_ranking": _ranking,
    "engagement_rate_ranking": _ranking,
    "conversion_rate_ranking": _ranking,
    "date_start": lambda row: str(row.period.since),
    "date_stop": lambda row: str(row.period.until),
}


def goal(objective: str) -> str:
    """What an ad set of a campaign is optimised for."""
    return {"OUTCOME_SALES": "OFFSITE_CONVERSIONS", "OUTCOME_TRAFFIC": "LINK_CLICKS"}.get(
        objective, "REACH"
    )


def default_fields(level: str) -> tuple[str, ...]:
    """What a row holds when no field was asked for."""
    ids = ("account_id", "campaign_id", "adset_id", "ad_id")[: _RANK[level] + 1]
    return (*ids, "impressions", "spend", "date_start", "date_stop")
