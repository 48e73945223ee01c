"""Actions, their values, costs and returns, by attribution window."""

from collections.abc import Callable, Iterable, Sequence

from sandbox.facebook.metrics import PLACE, Vector

# Windows that are told beside `value` when they are asked for. 7d_view and 28d_view are no longer
# answered by the real API (since 2026-01); the rest belong to SKAdNetwork or to experiments.
CLICK_WINDOWS = ("1d_click", "7d_click", "28d_click")
PURCHASES = ("purchase", "omni_purchase", "offsite_conversion.fb_pixel_purchase")
OMNI, PIXEL = PURCHASES[1:]
# All ads lead to one shop: a breakdown of actions by these has a single part.
ACTION_COLUMNS = {
    "action_target_id": "104455667788990",
    "action_destination": "headwater.example",
}
# What is counted at once, and only after a click.
_ON_CLICK = {
    "link_click": "link_clicks",
    "post_engagement": "engagements",
    "page_engagement": "engagements",
    "landing_page_view": "landing_page_views",
    "view_content": "view_contents",
    "offsite_conversion.fb_pixel_view_content": "view_contents",
    "add_to_cart": "add_to_carts",
    "offsite_conversion.fb_pixel_add_to_cart": "add_to_carts",
    "initiate_checkout": "checkouts",
    "offsite_conversion.fb_pixel_initiate_checkout": "checkouts",
}
_ON_VIEW = {"video_view": "video_views"}
Entry = dict[str, str]
Show = Callable[[int], str]


def actions(vector: Vector, windows: Sequence[str], show: Show) -> list[Entry]:
    """How often each action happened; those that did not are left out.

    Args:
        vector: What was counted.
        windows: Attribution windows to tell beside the default.
        show: How a count is written (a cost is written by it, too).
    """
    found = [
        _entry(name, vector[PLACE[metric]], dict.fromkeys(CLICK_WINDOWS, vector[PLACE[metric]]),
               windows, show)
        for name, metric in _ON_CLICK.items()
    ]  # fmt: skip
    for name, metric in _ON_VIEW.items():
        count = vector[PLACE[metric]]
        found.append(_entry(name, count, {"1d_view": count}, windows, show))
    found += _purchases(vector, "purchases", PURCHASES, windows, show)
    return [entry for entry in found if entry]


def values(vector: Vector, windows: Sequence[str], show: Show) -> list[Entry]:
    """What the actions were worth; `show` writes minor units of money."""
    return [entry for entry in _purchases(vector, "value", PURCHASES, windows, show) if entry]


def returns(
    vector: Vector, names: Iterable[str], windows: Sequence[str], show: Show
) -> list[Entry]:
    """Return on ad spend; `show` writes minor units of value as a multiple of the spend."""
    if not vector[PLACE["spend"]]:
        return []
    return [entry for entry in _purchases(vector, "value", names, windows, show) if entry]


def _purchases(
    vector: Vector, metric: str, names: Iterable[str], windows: Sequence[str], show: Show
) -> list[Entry]:
    by_click, at_once, by_view = (
        vector[PLACE[f"{metric}_{window}"]] for window in ("7d_click", "1d_click", "1d_view")
    )
    # Nobody buys later than 7 days after the click, as far as the world tells Facebook.
    by_window = {
        "1d_click": at_once,
        "7d_click": by_click,
        "28d_click": by_click,
        "1d_view": by_view,
    }
    return [_entry(name, by_click + by_view, by_window, windows, show) for name in names]


def _entry(
    name: str, total: int, by_window: dict[str, int], windows: Sequence[str], show: Show
) -> Entry:
    """One element of a list of actions; empty when there was no such action."""
    if not total:
        return {}
    entry = {"action_type": name, "value": show(total)}
    for window in windows:
        count = total if window == "default" else by_window.get(window, 0)
        if count:
            entry[window] = show(count)
    return entry
