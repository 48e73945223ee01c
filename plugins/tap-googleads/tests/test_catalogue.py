"""What is asked for exists: by Google's protos, and by the simulator's grammar and rules."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

import pytest
from field_table import VERSIONS, row, table

from sandbox.googleads.plain_client import GoogleClient
from tap_googleads.catalogue import CHANGES, CLICKS, DAILY, ENTITIES, GEO_TARGETS, HIERARCHY
from tap_googleads.fields import field_schema, field_type, field_types, json_name
from tap_googleads.gaql import parse
from tap_googleads.tap import TapGoogleAds

if TYPE_CHECKING:
    from sandbox.simulated import SimulatedGoogleAds

REPORTS = (*ENTITIES, HIERARCHY, GEO_TARGETS, CHANGES, *DAILY, CLICKS)
DAY = "segments.date = '2026-08-10'"
installed = pytest.mark.skipif(
    importlib.util.find_spec("google.ads") is None,
    reason="google-ads is not installed (PyPI google-ads 34, 134 MB with gRPC)",
)


@installed
@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_is_in_googles_protos(version: int) -> None:
    for name in {name for report in REPORTS for name in report.fields}:
        message = row(version)
        for step in name.split("."):
            names = message.fields_by_name
            found = names.get(step) or names.get(f"{step}_")
            assert found is not None, name
            # The JSON name is derived here, given there; words of Python end in `_` only there.
            assert json_name(step) == found.json_name.rstrip("_"), name
            message = found.message_type


@installed
def test_the_table_of_types_is_that_of_the_protos() -> None:
    rebuilt = {}
    for line in table().replace("\n ", " ").splitlines():
        kind, parent, *names = line.split()
        rebuilt.update({f"{parent}.{name}": kind for name in names})
    assert rebuilt == field_types()


@pytest.mark.parametrize("version", ["v23", "v26"])
def test_every_query_is_accepted(googleads: SimulatedGoogleAds, version: str) -> None:
    client = GoogleClient(googleads, version)
    for report in REPORTS:
        query = parse(report.query)
        assert query.fields == report.fields
        text = query.where(DAY) if report.daily else query.text
        customer = googleads.login_customer_id if report is HIERARCHY else googleads.customer_ids[0]
        if report is CHANGES:
            when = "change_status.last_change_date_time"
            text = query.where(f"{when} >= '{googleads.clock}' AND {when} <= '{googleads.clock}'")
            text += " LIMIT 10000"
        reply = client.stream(customer, text)
        assert reply.status == 200, (report.name, reply.json)


def test_every_field_of_the_catalogue_has_a_type() -> None:
    names = {name for report in REPORTS for name in report.fields}
    assert not [name for name in names if field_type(name) == "open"]
    assert field_schema("metrics.cost_micros") == {"type": ["integer", "null"]}
    assert field_schema("metrics.conversions") == {"type": ["number", "null"]}
    assert field_schema("segments.date", is_key=True) == {"type": ["string"], "format": "date"}
    assert field_schema("ad_group_ad.ad.final_urls") == {"type": ["array", "null"]}
    assert field_schema("campaign.status") == {"type": ["string", "null"]}
    assert "object" in field_schema("campaign.what_comes_in_v30")["type"]


def test_discovery_needs_neither_network_nor_settings() -> None:
    streams = TapGoogleAds(config={}, validate_config=False).streams
    assert "click_view" not in streams  # it is asked for by a setting
    for report in (*ENTITIES, CHANGES, *DAILY):
        assert streams[report.name].primary_keys[0] == "customer__id"
    for report in DAILY:
        assert "segments__date" in streams[report.name].primary_keys
        assert {"metrics__conversions", "customer__currency_code"} <= set(
            streams[report.name].schema["properties"]
        )
        reads = streams[f"{report.name}_reads"]
        assert list(reads.primary_keys) == ["customer__id", "segments__date", "read_at"]


def test_json_names_are_googles() -> None:
    assert json_name("cost_micros") == "costMicros"
    assert json_name("video_quartile_p25_rate") == "videoQuartileP25Rate"
    assert json_name("path1") == "path1"
