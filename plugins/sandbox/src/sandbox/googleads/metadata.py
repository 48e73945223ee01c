"""googleAdsFields: what fields there are, asked in GAQL without FROM."""

from collections.abc import Mapping
from datetime import date

from sandbox.googleads.conditions import predicate
from sandbox.googleads.failures import ApiError, query_error
from sandbox.googleads.gaql import Query
from sandbox.googleads.render import camel
from sandbox.googleads.schema import FIELDS, RESOURCES, Field, prefix_of

# What may be asked of a field, by type.
_COLUMNS = {
    "resource_name": "RESOURCE_NAME",
    "name": "STRING",
    "category": "ENUM",
    "data_type": "ENUM",
    "selectable": "BOOLEAN",
    "filterable": "BOOLEAN",
    "sortable": "BOOLEAN",
    "is_repeated": "BOOLEAN",
    "type_url": "STRING",
    "selectable_with": "STRING",
    "attribute_resources": "STRING",
    "metrics": "STRING",
    "segments": "STRING",
    "enum_values": "STRING",
}
_LISTS = ("selectable_with", "attribute_resources", "metrics", "segments", "enum_values")
Described = Mapping[str, object]


def described(name: str) -> Described | None:
    """All that is known of a field or resource; None when there is no such thing."""
    if name in RESOURCES:
        return _resource(name)
    field = FIELDS.get(name)
    return _field(field) if field else None


def fields(query: Query) -> list[dict[str, object]]:
    """The fields that a query asks for.

    Raises:
        ApiError: The query has FROM, or asks for what no field has.
    """
    if query.resource is not None:
        raise query_error(
            "UNEXPECTED_FROM_CLAUSE",
            "The FROM clause cannot be used in queries to any service except GoogleAdsService.",
        )
    names = [*query.fields, *(one.field for one in query.conditions)]
    names += [one.field for one in query.orderings]
    unknown = [name for name in names if name not in _COLUMNS]
    if unknown:
        raise query_error("UNRECOGNIZED_FIELD", f"Unrecognized field in the query: '{unknown[0]}'.")
    tests = [(one.field, predicate(_column(one.field), one, date.min)) for one in query.conditions]
    found = [
        row
        for name in (*RESOURCES, *FIELDS)
        if (row := described(name)) and all(test(row.get(column)) for column, test in tests)
    ]
    for ordering in reversed(query.orderings):
        found.sort(key=lambda row: str(row.get(ordering.field)), reverse=ordering.descending)
    return [_chosen(row, query.fields) for row in found[: query.limit]]


def one(name: str) -> dict[str, object]:
    """A field or resource by its name, with all that is known of it.

    Raises:
        ApiError: There is none.
    """
    row = described(name)
    if row is None:
        raise ApiError(404, "requestError", "RESOURCE_NOT_FOUND", "Resource was not found.")
    return _chosen(row, tuple(_COLUMNS))


def _chosen(row: Described, names: tuple[str, ...]) -> dict[str, object]:
    chosen = dict.fromkeys(("resource_name", *names))
    return {camel(name): row[name] for name in chosen if row.get(name) is not None}


def _column(name: str) -> Field:
    kind = "STRING" if _COLUMNS[name] == "ENUM" else _COLUMNS[name]
    return Field(name, "ATTRIBUTE", kind, None, name in _LISTS)


def _field(field: Field) -> Described:
    resources = [one for one in RESOURCES.values() if _goes_with(field, one.name)]
    own = RESOURCES.get(prefix_of(field.name))
    selectable = own.selectable_with() if own else sorted(one.name for one in resources)
    return {
        "resource_name": f"googleAdsFields/{field.name}",
        "name": field.name,
        "category": field.category,
        "data_type": field.data_type,
        "selectable": True,
        "filterable": field.filterable,
        "sortable": field.sortable,
        "is_repeated": field.repeated,
        "type_url": (
            f"google.ads.googleads.enums.{field.enum}Enum.{field.enum}" if field.enum else None
        ),
        "selectable_with": selectable or None,
        "enum_values": sorted(field.values) or None,
    }


def _goes_with(field: Field, resource: str) -> bool:
    return field.name in RESOURCES[resource].segments | RESOURCES[resource].metrics


def _resource(name: str) -> Described:
    resource = RESOURCES[name]
    return {
        "resource_name": f"googleAdsFields/{name}",
        "name": name,
        "category": "RESOURCE",
        "data_type": "MESSAGE",
        "selectable": False,
        "filterable": False,
        "sortable": False,
        "is_repeated": False,
        "selectable_with": resource.selectable_with() or None,
        "attribute_resources": sorted(resource.joined) or None,
        "metrics": sorted(resource.metrics) or None,
        "segments": sorted(resource.segments) or None,
    }
