"""Makes `tap_googleads/fields.txt` from google-ads' protos: `python field_table.py > fields.txt`.

Needs PyPI google-ads 34, which the tap itself does not.
"""

from __future__ import annotations

import importlib
import sys
import textwrap
from collections import defaultdict
from typing import Any

VERSIONS = (23, 24, 25, 26)
TYPES = {1: "number", 2: "number", 3: "integer", 5: "integer", 8: "boolean", 11: "object"}
DATES = {"segments.date", "segments.week", "segments.month", "segments.quarter"}
MESSAGE, DEEPEST, WIDTH = 11, 4, 98
RESOURCES = frozenset(
    [
        "metrics",
        "segments",
        "customer",
        "customer_client",
        "campaign",
        "campaign_budget",
        "campaign_criterion",
        "ad_group",
        "ad_group_ad",
        "ad_group_criterion",
        "keyword_view",
        "search_term_view",
        "geographic_view",
        "user_location_view",
        "age_range_view",
        "gender_view",
        "asset_group",
        "conversion_action",
        "change_status",
        "click_view",
        "geo_target_constant",
        "bidding_strategy",
        "label",
        "campaign_label",
        "asset",
        "asset_group_asset",
        "landing_page_view",
        "shopping_performance_view",
        "campaign_search_term_view",
    ]  # quotes around each would hide them
)


def row(version: int) -> Any:  # noqa: ANN401  # protobuf's descriptor
    """The message that holds all that a query may select."""
    name = f"google.ads.googleads.v{version}.services.types.google_ads_service"
    return importlib.import_module(name).GoogleAdsRow.pb().DESCRIPTOR


def fields(version: int) -> dict[str, str]:
    """GAQL names and their JSON schema types; enums are strings."""
    found: dict[str, str] = {}
    for field in row(version).fields:
        if field.name in RESOURCES:
            _walk(field.message_type, f"{field.name}.", found)
    return found


def _walk(message: Any, prefix: str, found: dict[str, str]) -> None:  # noqa: ANN401
    for field in message.fields:
        name = prefix + field.name.rstrip("_")
        kind = "array" if field.is_repeated else TYPES.get(field.type, "string")
        found[name] = "date" if name in DATES else kind
        if kind == "object" and field.type == MESSAGE and name.count(".") < DEEPEST:
            _walk(field.message_type, f"{name}.", found)


def table() -> str:
    """The file: `type parent name name ...`, wrapped lines begin with a blank."""
    merged: dict[str, str] = {}
    for version in VERSIONS:
        for name, kind in fields(version).items():
            if merged.setdefault(name, kind) != kind:
                raise ValueError(name)
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, kind in merged.items():
        parent, _, own = name.rpartition(".")
        groups[parent, kind].append(own)
    lines = []
    for (parent, kind), names in sorted(groups.items()):
        line = f"{kind} {parent} {' '.join(sorted(names))}"
        lines += textwrap.wrap(line, WIDTH, subsequent_indent=" ", break_on_hyphens=False)
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
