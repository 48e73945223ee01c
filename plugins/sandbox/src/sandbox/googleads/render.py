"""Rows as the REST API writes them."""

import re
from collections.abc import Iterable

from sandbox.googleads.check import Plan
from sandbox.googleads.numbers import Numbers, metric
from sandbox.googleads.schema import FIELDS, prefix_of
from sandbox.googleads.source import Row

Json = dict[str, object]


def camel(name: str) -> str:
    """`cost_micros` as `costMicros`, `metrics.cost_micros` as `metrics.costMicros`."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def field_mask(plan: Plan) -> str:
    """The fields of SELECT, as every batch repeats them."""
    return ",".join(map(camel, plan.query.fields))


def rendered(plan: Plan, rows: Iterable[Row]) -> list[Json]:
    """Rows as objects of objects: int64 as text, what is not set left out."""
    names = [*_resource_names(plan), *plan.query.fields]
    return [_rendered(names, row) for row in rows]


def summary(plan: Plan, rows: Iterable[Row]) -> Json:
    """The row that sums up all others: metrics only."""
    total = Numbers()
    for row in rows:
        total = total.plus(row.numbers)
    found: Json = {}
    for name in plan.metrics:
        _put(found, name, metric(name.partition(".")[2], total))
    return found


def written(name: str, value: object) -> object:
    """A value as JSON has it: int64 as text, a whole number without `.0`."""
    if FIELDS[name].data_type == "INT64" and not isinstance(value, list):
        return str(value)
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _resource_names(plan: Plan) -> list[str]:
    """The names that come along unasked: of FROM, and of what attributes are selected of."""
    if plan.query.parameters.get("omit_unselected_resource_names") == "true":
        return []
    resources = (plan.resource.name, *map(prefix_of, plan.attributes))
    return [f"{name}.resource_name" for name in dict.fromkeys(resources)]


def _rendered(names: list[str], row: Row) -> Json:
    found: Json = {}
    for name in names:
        _put(found, name, row.value(name))
    return found


def _put(found: Json, name: str, value: object) -> None:
    if value is None:
        return
    *path, last = map(camel, name.split("."))
    for step in path:
        inner = found.setdefault(step, {})
        if not isinstance(inner, dict):
            raise TypeError(name)
        found = inner
    found[last] = written(name, value)
