"""Breakdowns: which may stand together, their cells, and how an ad's day falls over them."""

from dataclasses import dataclass
from itertools import product

from sandbox.facebook.errors import GraphError, not_simulated, one_of
from sandbox.facebook.names import VALUES

Weights = dict[tuple[str, ...], int]

_AGE = {"18-24": 240, "25-34": 330, "35-44": 210, "45-54": 120, "55-64": 60, "65+": 40}
_GENDER = {"female": 520, "male": 450, "unknown": 30}
# What an account in rupees shows at home, and what the other shows abroad.
_COUNTRY = {
    "INR": {"IN": 960, "AE": 25, "SG": 15},
    "USD": {"US": 600, "GB": 190, "AE": 130, "SG": 80},
}
_REGION = {
    "INR": {
        "Maharashtra": 260, "Karnataka": 220, "Delhi": 180, "Telangana": 130, "Tamil Nadu": 120,
        "Kerala": 50, "Dubai": 25, "Singapore": 15,
    },
    "USD": {
        "New York": 240, "California": 220, "Texas": 140, "England": 160, "Scotland": 30,
        "Dubai": 130, "Singapore": 80,
    },
}  # fmt: skip
_PLACEMENT: Weights = {
    ("facebook", "feed"): 300,
    ("facebook", "facebook_stories"): 60,
    ("facebook", "facebook_reels"): 70,
    ("facebook", "marketplace"): 40,
    ("instagram", "feed"): 210,
    ("instagram", "instagram_stories"): 140,
    ("instagram", "instagram_reels"): 120,
    ("audience_network", "an_classic"): 40,
    ("messenger", "messenger_inbox"): 20,
}
_DEVICE: Weights = {
    ("mobile_app", "android_smartphone"): 560,
    ("mobile_app", "iphone"): 280,
    ("mobile_app", "ipad"): 20,
    ("mobile_web", "android_smartphone"): 50,
    ("mobile_web", "iphone"): 20,
    ("desktop", "desktop"): 70,
}
# By night fewer people look.
_HOURS = {
    f"{hour:02d}:00:00 - {hour:02d}:59:59": 10 + 5 * min(hour, 24 - hour) for hour in range(24)
}
HOURLY = frozenset(
    {
        "hourly_stats_aggregated_by_advertiser_time_zone",
        "hourly_stats_aggregated_by_audience_time_zone",
    }
)
# Market areas are of the United States; elsewhere there is none.
_DMA = {
    "INR": {"Unknown": 1},
    "USD": {
        "New York": 260, "Los Angeles": 190, "Dallas-Ft. Worth": 80, "Austin": 70, "Unknown": 400,
    },
}  # fmt: skip
# What Meta's page "Combining breakdowns" allows, of those that are simulated.
_ALLOWED = {
    frozenset(names)
    for names in (
        ("age",),
        ("gender",),
        ("age", "gender"),
        ("country",),
        ("region",),
        ("country", "region"),
        ("publisher_platform",),
        ("device_platform",),
        ("device_platform", "publisher_platform"),
        ("device_platform", "publisher_platform", "platform_position"),
        ("publisher_platform", "impression_device"),
        ("publisher_platform", "platform_position"),
        ("publisher_platform", "platform_position", "impression_device"),
        ("publisher_platform", "platform_position", "device_platform", "impression_device"),
        ("dma",),
        *((name,) for name in HOURLY),
    )
}
SIMULATED = tuple(sorted(frozenset().union(*_ALLOWED)))
_REGION_COUNTRY = {
    "Dubai": "AE", "Singapore": "SG", "England": "GB", "Scotland": "GB", "New York": "US",
    "California": "US", "Texas": "US",
}  # fmt: skip


@dataclass(frozen=True)
class Cells:
    """The cells of a breakdown for an account: their values, and what share each has."""

    values: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]


def check_breakdowns(names: list[str]) -> tuple[str, ...]:
    """The breakdowns of a request, if they may stand together.

    Raises:
        GraphError: One is unknown, not simulated, or they cannot be combined.
    """
    for place, name in enumerate(names):
        if name not in VALUES["breakdowns"]:
            raise one_of(f"breakdowns[{place}]", VALUES["breakdowns"])
        if name not in SIMULATED:
            raise not_simulated(f"the breakdown {name}; it has {', '.join(SIMULATED)}")
    if names and frozenset(names) not in _ALLOWED:
        raise GraphError(
            "(#100) Current combination of data breakdown columns "
            f"(action_type, {', '.join(sorted(names))}) is invalid"
        )
    return tuple(dict.fromkeys(names))


def cells(names: tuple[str, ...], currency: str) -> Cells:
    """The cells of breakdowns for an account of a currency."""
    weights: Weights = {(): 1}
    columns: tuple[str, ...] = ()
    for dimension, found in _dimensions(names, currency):
        columns += dimension
        weights = {
            head + tail: first * second
            for (head, first), (tail, second) in product(weights.items(), found.items())
        }
    merged: Weights = {}
    for values, weight in weights.items():
        key = tuple(values[columns.index(name)] for name in names)
        merged[key] = merged.get(key, 0) + weight
    return Cells(tuple(merged), tuple(merged.values()))


def _dimensions(names: tuple[str, ...], currency: str) -> list[tuple[tuple[str, ...], Weights]]:
    """The dimensions that make up some breakdowns; each may hold several columns."""
    found: list[tuple[tuple[str, ...], Weights]] = []
    simple = {"age": _AGE, "gender": _GENDER, "dma": _DMA[currency]}
    for name, values in (simple | dict.fromkeys(sorted(HOURLY), _HOURS)).items():
        if name in names:
            found.append(((name,), {(value,): weight for value, weight in values.items()}))
    if "region" in names:
        regions = _REGION[currency].items()
        found.append(
            (
                ("country", "region"),
                {(_REGION_COUNTRY.get(name, "IN"), name): weight for name, weight in regions},
            )
        )
    elif "country" in names:
        found.append((("country",), {(name,): w for name, w in _COUNTRY[currency].items()}))
    if {"publisher_platform", "platform_position"} & set(names):
        found.append((("publisher_platform", "platform_position"), _PLACEMENT))
    if {"device_platform", "impression_device"} & set(names):
        found.append((("device_platform", "impression_device"), _DEVICE))
    return found
