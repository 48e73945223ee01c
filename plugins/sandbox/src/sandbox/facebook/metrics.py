"""What is counted of an ad's day, and how it is shared out exactly.

The world knows five numbers of an ad's day; what else Facebook counts is derived from them by
seeded shares. A breakdown shares a whole out over its cells, so that the parts always sum to it.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate, pairwise

from sandbox.facebook.view import Numbers
from sandbox.world.campaigns import Ad

# Each with what it is shared out like: cells of an ad's day that have none of the one have none
# of the other.
_LIKE = {
    "impressions": "",
    "clicks": "impressions",
    "spend": "impressions",
    "reach": "impressions",
    "unique_clicks": "clicks",
    "link_clicks": "clicks",
    "outbound_clicks": "link_clicks",
    "landing_page_views": "link_clicks",
    "engagements": "impressions",
    "video_views": "impressions",
    "video_p25": "video_views",
    "video_p50": "video_p25",
    "video_p75": "video_p50",
    "video_p100": "video_p75",
    "view_contents": "landing_page_views",
    "add_to_carts": "view_contents",
    "checkouts": "add_to_carts",
    "purchases_7d_click": "clicks",
    "purchases_1d_click": "purchases_7d_click",
    "purchases_1d_view": "impressions",
    "value_7d_click": "purchases_7d_click",
    "value_1d_click": "purchases_1d_click",
    "value_1d_view": "purchases_1d_view",
}
METRICS = tuple(_LIKE)
PLACE = {name: place for place, name in enumerate(METRICS)}
_PARENTS = [PLACE.get(parent, -1) for parent in _LIKE.values()]
Vector = list[int]


def measure(seed: int, ad: Ad, day: date, numbers: Numbers) -> Vector:
    """All that is counted of an ad's day, in the order of `METRICS`."""
    share = _shares(seed, ad, day)
    clicks, purchases, value = numbers.clicks, numbers.purchases, numbers.value
    link_clicks = share(clicks, 82, 96)
    landing = share(link_clicks, 70, 92)
    videos = share(numbers.impressions, 28, 45) if (ad.ad_name or "").startswith("Video") else 0
    watched = [share(videos, 55, 70)]
    for _ in range(3):
        watched.append(share(watched[-1], 50, 80))
    by_view = share(purchases, 5, 30)
    by_click = purchases - by_view
    at_once = share(by_click, 60, 90)
    value_view = value * by_view // purchases if purchases else 0
    value_click = value - value_view
    found = {
        "impressions": numbers.impressions,
        "clicks": clicks,
        "spend": numbers.spend,
        "reach": max(share(numbers.impressions, 62, 95), min(1, numbers.impressions)),
        "unique_clicks": max(share(clicks, 85, 99), min(1, clicks)),
        "link_clicks": link_clicks,
        "outbound_clicks": share(link_clicks, 80, 99),
        "landing_page_views": landing,
        "engagements": share(numbers.impressions, 1, 4),
        "video_views": videos,
        **{f"video_p{part}": watched[place] for place, part in enumerate((25, 50, 75, 100))},
        "view_contents": landing + purchases * 3,
        "add_to_carts": share(landing, 8, 20) + purchases * 2,
        "checkouts": share(landing, 3, 7) + purchases,
        "purchases_7d_click": by_click,
        "purchases_1d_click": at_once,
        "purchases_1d_view": by_view,
        "value_7d_click": value_click,
        "value_1d_click": value_click * at_once // by_click if by_click else 0,
        "value_1d_view": value_view,
    }
    return [found[name] for name in METRICS]


def split(seed: int, ad: Ad, day: date, whole: Vector, weights: Sequence[int]) -> list[Vector]:
    """An ad's day over the cells of a breakdown; the cells sum to the whole."""
    draw = _draws(f"{seed}|facebook|split|{ad.number}|{day}|{len(weights)}")
    columns: list[Sequence[int]] = []
    for total, parent in zip(whole, _PARENTS, strict=True):
        like = columns[parent] if parent >= 0 else weights
        columns.append(apportion(total, like if any(like) else weights, draw()))
    return [list(cell) for cell in zip(*columns, strict=True)]


def apportion(total: int, weights: Sequence[int], chance: int) -> list[int]:
    """Share a whole number out by weights: each part is its share, rounded down or up.

    Args:
        total: What is shared out.
        weights: Not all of them 0; a weight of 0 gets nothing.
        chance: Decides who gets the rest.
    """
    if not total:
        return [0] * len(weights)
    bounds = [0, *accumulate(weights)]
    whole = bounds[-1]
    phase = chance % whole
    return [
        (total * end + phase) // whole - (total * begin + phase) // whole
        for begin, end in pairwise(bounds)
    ]


def _shares(seed: int, ad: Ad, day: date) -> Callable[[int, int, int], int]:
    """Gives a share of a number between two percentages; it grows as the number grows."""
    draw = _draws(f"{seed}|facebook|{ad.number}|{day}")

    def share(number: int, low: int, high: int) -> int:
        # Rounded up or down by chance: a share of one is not always none.
        return (number * (low + draw() % (high - low + 1)) + draw() % 100) // 100

    return share


def _draws(name: str) -> Callable[[], int]:
    """A stream of numbers below 2**16, named by a text."""
    data = hashlib.shake_128(name.encode()).digest(2 * 40)
    places = iter(range(0, len(data), 2))

    def draw() -> int:
        place = next(places)
        return data[place] << 8 | data[place + 1]

    return draw
