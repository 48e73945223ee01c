"""Whether a query's fields exist and go together, by Google's rules and error names.

Source: developers.google.com/google-ads/api/docs/query/structure and docs/reporting/segmentation;
`queryError` in the protos.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from sandbox.googleads.conditions import Predicate, predicate
from sandbox.googleads.customers import Customer
from sandbox.googleads.failures import query_error
from sandbox.googleads.gaql import Query
from sandbox.googleads.schema import (
    ACTIONS,
    ALL_METRICS,
    BY_ACTION,
    CORE_DATES,
    FIELDS,
    RESOURCES,
    Field,
    Resource,
    prefix_of,
)

_PARAMETERS = ("include_drafts", "omit_unselected_resource_names")


@dataclass(frozen=True)
class Plan:
    """A query that can be answered.

    Args:
        query: The query.
        resource: What stands in FROM.
        tests: What WHERE asks, by field.
    """

    query: Query
    resource: Resource
    tests: tuple[tuple[str, Predicate], ...]

    @property
    def segments(self) -> list[str]:
        """Segments in SELECT."""
        return [name for name in self.query.fields if name.startswith("segments.")]

    @property
    def metrics(self) -> list[str]:
        """Metrics in SELECT."""
        return [name for name in self.query.fields if name.startswith("metrics.")]

    @property
    def attributes(self) -> list[str]:
        """Attributes in SELECT."""
        return [
            name for name in self.query.fields if prefix_of(name) not in ("segments", "metrics")
        ]

    @property
    def counts(self) -> bool:
        """Tell whether the answer depends on what was counted."""
        names = {*self.query.fields, *(name for name, _ in self.tests)}
        return any(name.startswith(("metrics.", "segments.")) for name in names)

    def tests_of(self, *prefixes: str) -> list[tuple[str, Predicate]]:
        """What WHERE asks of the fields of some resources."""
        return [(name, test) for name, test in self.tests if prefix_of(name) in prefixes]


def check(query: Query, customer: Customer, today: date) -> Plan:
    """Refuse what Google refuses.

    Args:
        query: A well-formed query.
        customer: Who is asked.
        today: The customer's day.

    Raises:
        ApiError: The first thing that is wrong.
    """
    if query.resource is None:
        raise query_error("EXPECTED_FROM", "Error in query: expected FROM.")
    filtered = [condition.field for condition in query.conditions]
    ordered = [ordering.field for ordering in query.orderings]
    everything = dict.fromkeys((*query.fields, *filtered, *ordered))
    _check_known(everything)
    resource = RESOURCES.get(query.resource)
    if resource is None:
        raise query_error(
            "BAD_RESOURCE_TYPE_IN_FROM_CLAUSE",
            f"Error in query: invalid resource type in FROM clause: '{query.resource}'.",
        )
    _check_resources(resource, query.fields, "SELECT")
    _check_resources(resource, filtered, "WHERE")
    _check_segments(resource, everything)
    _check_metrics(resource, everything, customer)
    _check_clauses(query, filtered, ordered)
    _check_dates(query, resource)
    _check_parameters(query.parameters)
    tests = tuple((one.field, predicate(FIELDS[one.field], one, today)) for one in query.conditions)
    return Plan(query, resource, tests)


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)


def _check_known(names: Iterable[str]) -> None:
    unknown = [name for name in names if name not in FIELDS]
    if unknown:
        word = "fields" if len(unknown) > 1 else "field"
        raise query_error(
            "UNRECOGNIZED_FIELD", f"Unrecognized {word} in the query: {_listed(unknown)}."
        )


def _check_resources(resource: Resource, names: Iterable[str], clause: str) -> None:
    allowed = {resource.name, *resource.joined, "segments", "metrics"}
    wrong = dict.fromkeys(
        prefix_of(name).upper() for name in names if prefix_of(name) not in allowed
    )
    if wrong:
        verb = "select fields from" if clause == "SELECT" else "filter on fields of"
        word = "resources" if len(wrong) > 1 else "resource"
        raise query_error(
            f"PROHIBITED_RESOURCE_TYPE_IN_{clause}_CLAUSE",
            f"Cannot {verb} the following {word}: {_listed(wrong)}, since the resource is "
            "incompatible with the resource in FROM clause.",
        )


def _check_segments(resource: Resource, names: Iterable[str]) -> None:
    wrong = [
        name for name in names if name.startswith("segments.") and name not in resource.segments
    ]
    if wrong:
        reason = f"(could not support requested resources: '{resource.name.upper()}')"
        raise query_error(
            "PROHIBITED_SEGMENT_IN_SELECT_OR_WHERE_CLAUSE",
            "Cannot select or filter on the following segments: "  # noqa: S608 - no SQL
            f"{', '.join(f'{_listed([name])}{reason}' for name in wrong)}, since segment is "
            "incompatible with the resource in the FROM clause or other selected segmenting "
            "resources.",
        )


def _check_metrics(resource: Resource, names: Iterable[str], customer: Customer) -> None:
    asked = [name for name in names if name in ALL_METRICS]
    wrong = [name for name in asked if name not in resource.metrics]
    if wrong:
        raise query_error(
            "PROHIBITED_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
            f"Cannot select or filter on the following metrics: {_listed(wrong)}, since metric is "  # noqa: S608 - no SQL
            "incompatible with the resource in the FROM clause or other selected segmenting "
            "resources.",
        )
    actions = [name for name in names if name in ACTIONS]
    together = [name.partition(".")[2] for name in asked if name not in BY_ACTION]
    if actions and together:
        reason = f"(unsupported metrics: {_listed(together)})"
        raise query_error(
            "PROHIBITED_SEGMENT_WITH_METRIC_IN_SELECT_OR_WHERE_CLAUSE",
            "Cannot select the following segments because at least one unsupported metric is "
            "found in SELECT or WHERE clause: "
            f"{', '.join(f'{_listed([name])}{reason}' for name in actions)}.",
        )
    if asked and customer.manager:
        raise query_error(
            "REQUESTED_METRICS_FOR_MANAGER",
            "Metrics cannot be requested for a manager account. To retrieve metrics, issue "
            "separate requests against each client account under the manager account.",
        )


def _check_clauses(query: Query, filtered: Iterable[str], ordered: Iterable[str]) -> None:
    missing = [
        name
        for name in dict.fromkeys(
            (
                *(name for name in filtered if name not in CORE_DATES),
                *ordered,
            )
        )
        if name.startswith("segments.") and name not in query.fields
    ]
    missing += [name for name in ordered if name in ALL_METRICS and name not in query.fields]
    if missing:
        word = "fields" if len(missing) > 1 else "field"
        raise query_error(
            "EXPECTED_REFERENCED_FIELD_IN_SELECT_CLAUSE",
            f"The following {word} must be present in SELECT clause: {_listed(missing)}.",
        )
    for name in ordered:
        _check_use(FIELDS[name], "ORDER_BY", fits=FIELDS[name].sortable)
    for name in filtered:
        _check_use(FIELDS[name], "WHERE", fits=FIELDS[name].filterable)


def _check_use(field: Field, clause: str, *, fits: bool) -> None:
    if not fits:
        raise query_error(
            f"PROHIBITED_FIELD_IN_{clause}_CLAUSE",
            f"Error in query: field '{field.name}' cannot be used in the "
            f"{clause.replace('_', ' ')} clause.",
        )


def _is_finite(query: Query, names: Iterable[str]) -> bool:
    """Tell whether WHERE keeps one of the fields between two ends."""
    operators = [one.operator for one in query.conditions if one.field in names]
    whole = any(operator in ("=", "IN", "BETWEEN", "DURING") for operator in operators)
    low = any(operator in (">", ">=") for operator in operators)
    return whole or (low and any(operator in ("<", "<=") for operator in operators))


def _check_dates(query: Query, resource: Resource) -> None:
    selected = [name for name in query.fields if name in CORE_DATES]
    needed = bool(selected) or resource.name == "click_view"
    if needed and not _is_finite(query, CORE_DATES):
        raise query_error(
            "EXPECTED_FILTERS_ON_DATE_RANGE",
            "Expects filters on the following field to limit a finite date range: "
            f"{_listed(selected or ['segments.date'])}.",
        )


def _check_parameters(parameters: dict[str, str]) -> None:
    for name, value in parameters.items():
        if name not in _PARAMETERS:
            raise query_error(
                "BAD_PARAMETER_NAME", f"Error in PARAMETERS clause: invalid parameter {name}."
            )
        if value not in ("true", "false"):
            raise query_error(
                "BAD_PARAMETER_VALUE", f"Error in PARAMETERS clause: invalid value {value}."
            )
