"""The simulator's names against those of the package that Meta publishes."""

from importlib.metadata import version
from typing import Any

import pytest

from sandbox.facebook.breakdowns import SIMULATED
from sandbox.facebook.columns import COLUMNS
from sandbox.facebook.conversions import CLICK_WINDOWS
from sandbox.facebook.names import FIELDS, GONE, OLDER, VALUES
from sandbox.plain_client import GraphClient

INDIA = "act_504112233445566"
CLASSES = {
    "adaccount": "AdAccount",
    "campaign": "Campaign",
    "adset": "AdSet",
    "ad": "Ad",
    "adcreative": "AdCreative",
    "customconversion": "CustomConversion",
    "customaudience": "CustomAudience",
    "adimage": "AdImage",
    "advideo": "AdVideo",
    "adlabel": "AdLabel",
    "adreportrun": "AdReportRun",
    "user": "User",
    "insights": "AdsInsights",
}
ENUMS = {
    "breakdowns": "Breakdowns",
    "action_breakdowns": "ActionBreakdowns",
    "action_attribution_windows": "ActionAttributionWindows",
    "action_report_time": "ActionReportTime",
    "date_preset": "DatePreset",
    "level": "Level",
}


def published(class_name: str, enum: str) -> set[str]:
    """Values of an enumeration of a class of facebook-business."""
    pytest.importorskip("facebook_business", reason="facebook-business 26 is not installed")
    assert version("facebook-business").startswith("26."), "install facebook-business 26"
    from importlib import import_module  # noqa: PLC0415 - only when it is there

    module = import_module(f"facebook_business.adobjects.{class_name.lower()}")
    found: dict[str, Any] = vars(getattr(getattr(module, class_name), enum))
    return {value for name, value in found.items() if not name.startswith("__")}


@pytest.mark.parametrize("kind", CLASSES)
def test_fields_are_those_that_meta_publishes(kind: str) -> None:
    fields = published(CLASSES[kind], "Field")
    assert fields == FIELDS[kind]
    # Names are kept apart only as long as the package lacks, or has, them.
    assert not OLDER.get(kind, frozenset()) & fields
    assert GONE.get(kind, frozenset()) <= fields


@pytest.mark.parametrize("name", ENUMS)
def test_values_are_those_that_meta_publishes(name: str) -> None:
    assert published("AdsInsights", ENUMS[name]) == set(VALUES[name])


def test_every_name_that_is_simulated_is_known() -> None:
    assert set(CLASSES) == set(FIELDS)
    assert set(COLUMNS) <= FIELDS["insights"] - GONE["insights"]
    assert set(SIMULATED) <= set(VALUES["breakdowns"])
    assert set(CLICK_WINDOWS) <= set(VALUES["action_attribution_windows"])


@pytest.mark.parametrize(
    ("edge", "kind"),
    [
        ("campaigns", "campaign"),
        ("adsets", "adset"),
        ("ads", "ad"),
        ("adcreatives", "adcreative"),
        ("customconversions", "customconversion"),
        ("customaudiences", "customaudience"),
        ("adimages", "adimage"),
        ("advideos", "advideo"),
    ],
)
def test_all_fields_may_be_asked_for_and_some_are_there(
    graph: GraphClient, edge: str, kind: str
) -> None:
    every = sorted(FIELDS[kind] | OLDER.get(kind, frozenset()))
    for one in graph.data(f"v26.0/{INDIA}/{edge}", fields=every):
        assert set(one) <= set(every)
        assert len(one) > 5
