import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.googleads.enums import ENUMS
from sandbox.googleads.faults import ANSWERS, Fault
from sandbox.googleads.plain_client import GoogleClient
from sandbox.googleads.schema import ACTIONS, BY_ACTION, FIELDS, RESOURCES, VERSIONS
from sandbox.simulated import serve_googleads

REASON = "google-ads is not installed (PyPI google-ads 34, 134 MB with gRPC)"
MESSAGE, ENUM = 11, 14
TYPES = {1: "DOUBLE", 3: "INT64", 5: "INT32", 8: "BOOLEAN", 9: "STRING", MESSAGE: "MESSAGE"}
# Types that the protos write as text.
TEXTS = ("RESOURCE_NAME", "DATE")


@pytest.fixture(scope="module")
def google(small_world: Path) -> Iterator[GoogleClient]:
    """Asks a world that no test changes."""
    with serve_googleads(small_world) as api:
        yield GoogleClient(api)


def ask(google: GoogleClient, query: str, **options: object) -> Any:  # noqa: ANN401 - JSON
    return google.request("POST", "googleAdsFields:search", {"query": query, **options}).json


def test_fields_can_be_asked_for(google: GoogleClient) -> None:
    answer = ask(
        google,
        "SELECT name, category, data_type, selectable, filterable, sortable, selectable_with, "
        "is_repeated, enum_values WHERE name = 'campaign.status'",
    )
    (field,) = answer["results"]
    assert "metrics.clicks" in field.pop("selectableWith")
    assert field == {
        "resourceName": "googleAdsFields/campaign.status",
        "name": "campaign.status",
        "category": "ATTRIBUTE",
        "dataType": "ENUM",
        "selectable": True,
        "filterable": True,
        "sortable": True,
        "isRepeated": False,
        "enumValues": ["ENABLED", "PAUSED", "REMOVED", "UNKNOWN", "UNSPECIFIED"],
    }
    assert answer["totalResultsCount"] == "1"


def test_fields_come_in_pages_of_a_chosen_size(google: GoogleClient) -> None:
    query = "SELECT name WHERE name LIKE 'metrics.%' ORDER BY name"
    first = ask(google, query, pageSize=10)
    names = [row["name"] for row in first["results"]]
    assert len(names) == 10
    assert names == sorted(names)
    second = ask(google, query, pageSize=10, pageToken=first["nextPageToken"])
    assert names[-1] < second["results"][0]["name"]


def test_what_is_selectable_with_a_resource_can_be_selected(google: GoogleClient) -> None:
    query = "SELECT name, metrics, segments, attribute_resources WHERE category = 'RESOURCE'"
    found = {row["name"]: row for row in ask(google, query)["results"]}
    assert set(found) == set(RESOURCES)
    for name, row in found.items():
        fields = [f"{name}.resource_name", *row.get("metrics", ())]
        fields += [f"{one}.resource_name" for one in row.get("attributeResources", ())]
        where = ""
        if name == "click_view":
            where = "WHERE segments.date = '2026-08-04'"
        if name == "change_status":
            where = "WHERE change_status.last_change_date_time DURING LAST_14_DAYS LIMIT 5"
        text = f"SELECT {', '.join(fields)} FROM {name} {where}"  # noqa: S608 - no SQL
        assert google.rows(google.api.customer_ids[0], text), name


def test_one_field_can_be_asked_for_by_name(google: GoogleClient) -> None:
    field = google.request("GET", "googleAdsFields/segments.date").json
    assert (field["category"], field["dataType"]) == ("SEGMENT", "DATE")
    assert "campaign" in field["selectableWith"]
    assert google.request("GET", "googleAdsFields/campaign.colour").status == 404


def test_metadata_takes_no_from(google: GoogleClient) -> None:
    assert "UNEXPECTED_FROM_CLAUSE" in str(ask(google, "SELECT name FROM campaign"))
    assert "UNRECOGNIZED_FIELD" in str(ask(google, "SELECT colour"))


@pytest.mark.parametrize("version", VERSIONS)
def test_every_field_is_in_googles_protos(version: int) -> None:
    service = f"google.ads.googleads.v{version}.services.types.google_ads_service"
    protos = pytest.importorskip(service, reason=REASON)
    row = protos.GoogleAdsRow.pb().DESCRIPTOR
    for field in FIELDS.values():
        found = row
        for step in field.name.split("."):
            message = found if found is row else found.message_type
            found = message.fields_by_name.get(step) or message.fields_by_name.get(f"{step}_")
            assert found is not None, field.name
        data_type = "STRING" if field.data_type in TEXTS else field.data_type
        enum = found.enum_type.name if found.type == ENUM else None
        assert (TYPES.get(found.type, "ENUM"), enum) == (data_type, field.enum), field.name
        assert found.is_repeated == field.repeated, field.name
        if enum:
            known = {value.name for value in found.enum_type.values}
            newest = version == VERSIONS[-1]
            assert field.values == known if newest else known <= field.values, field.name


@pytest.mark.parametrize("version", VERSIONS)
def test_every_error_is_in_googles_protos(version: int) -> None:
    package = f"google.ads.googleads.v{version}.errors.types.errors"
    errors = pytest.importorskip(package, reason=REASON)
    code = errors.ErrorCode.pb().DESCRIPTOR
    named = [ANSWERS[kind](Fault(kind=kind)) for kind in ANSWERS]
    pairs = {(error.family, error.name) for error in named if error.family} | RAISED
    for family, name in pairs:
        field = next(one for one in code.fields if one.json_name == family)
        assert name in {value.name for value in field.enum_type.values}, (family, name)


def everything(name: str) -> str:
    """A query for all that can be had of a resource in one go."""
    resource = RESOURCES[name]
    prefixes = (name, *resource.joined)
    fields = [one for one in FIELDS if one.startswith(tuple(f"{prefix}." for prefix in prefixes))]
    fields += sorted(resource.metrics)
    fields += sorted(resource.segments - (ACTIONS if resource.metrics - BY_ACTION else set()))
    where = ""
    if resource.segments:
        where = "WHERE segments.date = '2026-08-10'"
    if name == "change_status":
        where = "WHERE change_status.last_change_date_time DURING LAST_14_DAYS LIMIT 50"
    return f"SELECT {', '.join(fields)} FROM {name} {where}"  # noqa: S608 - no SQL


@pytest.mark.parametrize("version", VERSIONS)
def test_every_answer_is_googles_message(google: GoogleClient, version: int) -> None:
    """Google's own reader of JSON takes it: no unknown name, no wrong type or enum."""
    package = f"google.ads.googleads.v{version}"
    ads = pytest.importorskip(f"{package}.services.types.google_ads_service", reason=REASON)
    metadata = importlib.import_module(f"{package}.services.types.google_ads_field_service")
    errors = importlib.import_module(f"{package}.errors.types.errors")
    client = GoogleClient(google.api, f"v{version}")
    customer_id = google.api.customer_ids[0]
    for name in RESOURCES:
        asked = "9000000001" if name == "customer_client" else customer_id
        for batch in client.stream(asked, everything(name)).json:
            read = ads.SearchGoogleAdsStreamResponse.from_json(json.dumps(batch))
            assert len(read.results) == len(batch["results"]) > 0, name
        page = client.search(asked, everything(name)).json
        ads.SearchGoogleAdsResponse.from_json(json.dumps(page))
    fields = ask(client, "SELECT name, category, data_type, selectable_with, enum_values")
    metadata.SearchGoogleAdsFieldsResponse.from_json(json.dumps(fields))
    google.api.fault("quota")
    failure = client.search(customer_id, "SELECT campaign.id FROM campaign").json
    (detail,) = failure["error"]["details"]
    assert detail.pop("@type") == f"type.googleapis.com/{package}.errors.GoogleAdsFailure"
    read = errors.GoogleAdsFailure.from_json(json.dumps(detail))
    assert read.errors[0].details.quota_error_details.retry_delay.total_seconds() == 1


# Names of errors that stand in the code as literals, by family.
RAISED = {
    ("queryError", name)
    for name in (
        "BAD_ENUM_CONSTANT",
        "BAD_LIMIT_VALUE",
        "BAD_PARAMETER_NAME",
        "BAD_PARAMETER_VALUE",
        "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
        "BAD_VALUE",
        "DATE_RANGE_TOO_WIDE",
        "EXPECTED_AND",
        "EXPECTED_BY",
        "EXPECTED_FILTERS_ON_DATE_RANGE",
        "EXPECTED_FROM",
        "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
        "EXPECTED_SELECT",
        "INVALID_DATE_FORMAT",
        "INVALID_STRING_VALUE",
        "INVALID_VALUE_WITH_DURING_OPERATOR",
        "MISALIGNED_DATE_FOR_FILTER",
        "OPERATOR_FIELD_MISMATCH",
        "PROHIBITED_EMPTY_LIST_IN_CONDITION",
        "PROHIBITED_FIELD_IN_ORDER_BY_CLAUSE",
        "PROHIBITED_FIELD_IN_WHERE_CLAUSE",
        "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        "PROHIBITED_RESOURCE_TYPE_IN_SELECT_CLAUSE",
        "PROHIBITED_RESOURCE_TYPE_IN_WHERE_CLAUSE",
        "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
        "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
        "REQUESTED_METRICS_FOR_MANAGER",
        "STRING_NOT_TERMINATED",
        "UNEXPECTED_END_OF_QUERY",
        "UNEXPECTED_FROM_CLAUSE",
        "UNEXPECTED_INPUT",
        "UNRECOGNIZED_FIELD",
    )
} | {
    ("requestError", "CANNOT_RETURN_SUMMARY_ROW_FOR_REQUEST_WITHOUT_METRICS"),
    ("requestError", "DEVELOPER_TOKEN_PARAMETER_MISSING"),
    ("requestError", "INVALID_CUSTOMER_ID"),
    ("requestError", "INVALID_PAGE_SIZE"),
    ("requestError", "INVALID_PAGE_TOKEN"),
    ("requestError", "PAGE_SIZE_NOT_SUPPORTED"),
    ("requestError", "RESOURCE_NOT_FOUND"),
    ("requestError", "UNSUPPORTED_VERSION"),
    ("headerError", "INVALID_LOGIN_CUSTOMER_ID"),
    ("authenticationError", "DEVELOPER_TOKEN_INVALID"),
    ("changeStatusError", "CHANGE_DATE_RANGE_INFINITE"),
    ("changeStatusError", "INVALID_LIMIT_CLAUSE"),
    ("changeStatusError", "LIMIT_NOT_SPECIFIED"),
    ("changeStatusError", "START_DATE_TOO_OLD"),
}


def test_the_enums_are_those_of_the_fields() -> None:
    assert {field.enum for field in FIELDS.values() if field.enum} == set(ENUMS)
