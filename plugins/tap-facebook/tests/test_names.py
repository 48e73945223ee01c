"""Whatever the tap asks for exists in the package that Meta publishes."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version
from typing import Any

import pytest

from sandbox.facebook.names import FIELDS
from tap_facebook import fields
from tap_facebook.reports import WINDOWS, Report

ENTITIES = {
    "AdAccount": fields.ACCOUNT,
    "Campaign": fields.CAMPAIGN,
    "AdSet": fields.ADSET,
    "Ad": fields.AD,
    "AdCreative": fields.CREATIVE,
    "CustomConversion": fields.CUSTOM_CONVERSION,
}
STATUSES = {"Campaign": "campaign", "AdSet": "adset", "Ad": "ad"}


def insights() -> set[str]:
    found = set(fields.SELECTABLE)
    for level in fields.LEVELS:
        found |= set(Report(name="any", level=level).asked)
    return found


def published(class_name: str, enum: str) -> set[str]:
    """Values of an enumeration of a class of facebook-business."""
    pytest.importorskip("facebook_business", reason="facebook-business 26 is not installed")
    assert version("facebook-business").startswith("26."), "install facebook-business 26"
    module = import_module(f"facebook_business.adobjects.{class_name.lower()}")
    found: dict[str, Any] = vars(getattr(getattr(module, class_name), enum))
    return {value for name, value in found.items() if not name.startswith("__")}


@pytest.mark.parametrize("name", ENTITIES)
def test_fields_of_objects(name: str) -> None:
    assert set(ENTITIES[name]) <= published(name, "Field")


def test_fields_of_insights() -> None:
    assert insights() <= published("AdsInsights", "Field")


def test_windows() -> None:
    assert set(WINDOWS) <= published("AdsInsights", "ActionAttributionWindows")


@pytest.mark.parametrize("name", STATUSES)
def test_every_status_is_asked_for(name: str) -> None:
    assert set(fields.STATUSES[STATUSES[name]]) == published(name, "EffectiveStatus")


def test_fields_are_those_of_the_simulator_too() -> None:
    """It holds the names of facebook-business 26, and so guards where that is not installed."""
    for name, asked in ENTITIES.items():
        assert set(asked) <= FIELDS[name.lower()]
    assert insights() <= FIELDS["insights"]
