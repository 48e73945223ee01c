"""What the API counts, and how a whole is divided so that the parts always add up to it."""

from collections.abc import Callable, Sequence
from operator import add
from typing import NamedTuple

from sandbox.world.advertising import MICROS, MINOR
from sandbox.world.chance import Chance


class Numbers(NamedTuple):
    """What was counted: money in micros, conversions in millionths, all else in ones.

    `web` and `app` are purchases by conversion action, `signups` are no conversions of the
    headline; `eligible` are impressions that might have been, `lost` those missed for the budget.
    """

    impressions: int = 0
    clicks: int = 0
    cost: int = 0
    web: int = 0
    web_value: int = 0
    app: int = 0
    app_value: int = 0
    signups: int = 0
    view_through: int = 0
    eligible: int = 0
    lost: int = 0
    top: int = 0
    absolute_top: int = 0

    def plus(self, other: "Numbers") -> "Numbers":
        """Both together."""
        return Numbers(*map(add, self, other))

    @property
    def conversions(self) -> int:
        """The headline: purchases."""
        return self.web + self.app

    @property
    def value(self) -> int:
        """The headline's value."""
        return self.web_value + self.app_value


NOTHING = Numbers()


def ad_day(name: str, told: Sequence[int], *, search: bool) -> Numbers:
    """All numbers of an ad's day, from those that the world keeps.

    Args:
        name: Of the chance that settles the rest, such as `20|2026-08-03`.
        told: Impressions, clicks, spend, conversions and value.
        search: Whether the ad is found by searching.
    """
    impressions, clicks, spend, conversions, value = told
    chance = Chance(f"google|{name}")
    eligible = impressions * 100 // chance.between(35, 80) if search else 0
    top = impressions * chance.between(55, 90) // 100
    web = conversions // MINOR * chance.between(55, 80) // 100 * MINOR
    web_value = value * web // conversions if conversions else 0
    return Numbers(
        impressions=impressions,
        clicks=clicks,
        cost=spend,
        web=web,
        web_value=web_value,
        app=conversions - web,
        app_value=value - web_value,
        signups=(clicks + chance.between(0, 11)) // 12 * MICROS,
        view_through=(impressions + chance.between(0, 1999)) // 2000,
        eligible=eligible,
        lost=(eligible - impressions) * chance.between(0, 60) // 100 if search else 0,
        top=top,
        absolute_top=top * chance.between(30, 70) // 100,
    )


def share(total: int, weights: Sequence[int]) -> list[int]:
    """Divide a whole by weights; the parts are whole and add up to it (largest remainder)."""
    whole = sum(weights)
    if not total:
        return [0] * len(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    parts, rest = [], []
    for place, weight in enumerate(weights):
        part, over = divmod(total * weight, whole)
        parts.append(part)
        rest.append((-over, place))
    left = total - sum(parts)
    if left:
        for _, place in sorted(rest)[:left]:
            parts[place] += 1
    return parts


def divide(numbers: Numbers, weights: Sequence[int]) -> list[Numbers]:
    """Divide everything by weights; no part has a click without an impression."""
    impressions = share(numbers.impressions, weights)
    clicks = share(numbers.clicks, impressions)
    # What follows a click is where the clicks are, if there are any.
    followers = clicks if any(clicks) else impressions if any(impressions) else weights

    def units(amount: int, unit: int) -> list[int]:
        whole, odd = divmod(amount, unit)
        first, *others = (part * unit for part in share(whole, followers))
        return [first + odd, *others]

    def together(amount: int, value: int) -> tuple[list[int], list[int]]:
        amounts = units(amount, MINOR)
        return amounts, share(value, amounts if any(amounts) else followers)

    web, web_value = together(numbers.web, numbers.web_value)
    app, app_value = together(numbers.app, numbers.app_value)
    columns = (
        impressions,
        clicks,
        units(numbers.cost, MINOR),
        web,
        web_value,
        app,
        app_value,
        units(numbers.signups, MICROS),
        *(share(number, impressions) for number in numbers[8:]),
    )
    return [Numbers(*row) for row in zip(*columns, strict=True)]


def _per(numerator: int, denominator: int, factor: float = 1.0) -> float | None:
    return numerator / denominator * factor if denominator else None


_METRICS: dict[str, Callable[[Numbers], object]] = {
    "impressions": lambda n: n.impressions,
    "clicks": lambda n: n.clicks,
    "interactions": lambda n: n.clicks,
    "cost_micros": lambda n: n.cost,
    "conversions": lambda n: n.conversions / MICROS,
    "conversions_value": lambda n: n.value / MICROS,
    "all_conversions": lambda n: (n.conversions + n.signups) / MICROS,
    "all_conversions_value": lambda n: n.value / MICROS,
    "view_through_conversions": lambda n: n.view_through,
    "current_model_attributed_conversions": lambda n: n.conversions / MICROS,
    "current_model_attributed_conversions_value": lambda n: n.value / MICROS,
    "ctr": lambda n: _per(n.clicks, n.impressions),
    "average_cpc": lambda n: _per(n.cost, n.clicks),
    "average_cpm": lambda n: _per(n.cost, n.impressions, 1000),
    "average_cost": lambda n: _per(n.cost, n.clicks),
    "interaction_rate": lambda n: _per(n.clicks, n.impressions),
    "interaction_event_types": lambda n: ["CLICK"] if n.clicks else None,
    "cost_per_conversion": lambda n: _per(n.cost, n.conversions, MICROS),
    "cost_per_all_conversions": lambda n: _per(n.cost, n.conversions + n.signups, MICROS),
    "value_per_conversion": lambda n: _per(n.value, n.conversions),
    "value_per_all_conversions": lambda n: _per(n.value, n.conversions + n.signups),
    "conversions_value_per_cost": lambda n: _per(n.value, n.cost),
    "all_conversions_value_per_cost": lambda n: _per(n.value, n.cost),
    "conversions_from_interactions_rate": lambda n: _per(n.conversions, n.clicks, 1 / MICROS),
    "all_conversions_from_interactions_rate": lambda n: _per(
        n.conversions + n.signups, n.clicks, 1 / MICROS
    ),
    "search_impression_share": lambda n: _per(n.impressions, n.eligible),
    "search_budget_lost_impression_share": lambda n: _per(n.lost, n.eligible),
    "search_rank_lost_impression_share": lambda n: _per(
        n.eligible - n.impressions - n.lost, n.eligible
    ),
    "search_top_impression_share": lambda n: _per(n.top, n.eligible),
    "search_absolute_top_impression_share": lambda n: _per(n.absolute_top, n.eligible),
    "top_impression_percentage": lambda n: _per(n.top, n.impressions) if n.eligible else None,
    "absolute_top_impression_percentage": lambda n: (
        _per(n.absolute_top, n.impressions) if n.eligible else None
    ),
}


# What never happens in this company is none; shares and rates of it are not told.
_NEVER = frozenset(
    (
        "cross_device_conversions",
        "cross_device_conversions_value_micros",
        "engagements",
        "phone_calls",
        "phone_impressions",
        "video_trueview_views",
        "active_view_impressions",
        "active_view_measurable_impressions",
        "active_view_measurable_cost_micros",
    )
)


def metric(name: str, numbers: Numbers) -> object:
    """A metric by its name without `metrics.`; None where there is nothing to divide by."""
    compute = _METRICS.get(name)
    if compute is not None:
        return compute(numbers)
    return 0 if name in _NEVER else None
