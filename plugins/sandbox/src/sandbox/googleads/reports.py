"""From a checked query to its rows: filter, group, add up, sort."""

from collections.abc import Iterable, Iterator

from sandbox.googleads.changes import changes, check_changes
from sandbox.googleads.check import Plan
from sandbox.googleads.clicks import Clicks, the_day
from sandbox.googleads.conditions import Predicate
from sandbox.googleads.inventory import Inventory
from sandbox.googleads.numbers import NOTHING
from sandbox.googleads.schema import CORE_DATES, FIELDS, prefix_of
from sandbox.googleads.source import Row, Segments, Source
from sandbox.googleads.views import entities

_BY_DAY = (*CORE_DATES, "segments.day_of_week", "segments.month_of_year")


def report(plan: Plan, inventory: Inventory, source: Source, clicks: Clicks) -> list[Row]:
    """The rows of an answer, in its order.

    Args:
        plan: A checked query.
        inventory: What the customer has.
        source: What was counted for the customer.
        clicks: The customer's clicks one by one.
    """
    rows = list(_grouped(plan, _filtered(plan, _rows(plan, inventory, source, clicks))))
    rows = [row for row in rows if _fits(row, plan.tests_of("metrics")) and _is_told(plan, row)]
    for ordering in reversed(plan.query.orderings):
        rows.sort(key=lambda row: _sortable(row, ordering.field), reverse=ordering.descending)
    return rows[: plan.query.limit]


def _rows(plan: Plan, inventory: Inventory, source: Source, clicks: Clicks) -> Iterator[Row]:
    name = plan.resource.name
    if name == "click_view":
        yield from clicks.rows(the_day(plan, inventory.today))
        return
    if name == "change_status":
        check_changes(plan, inventory.today)
        yield from changes(inventory)
        return
    if not plan.segments:
        # Without segments even what was never shown is in the answer, with zeros.
        yield from map(Row, entities(name, inventory))
        if not plan.counts and any(True for _ in entities(name, inventory)):
            return
    by_day = [(field, test) for field, test in plan.tests if field in _BY_DAY]

    def takes(segments: Segments) -> bool:
        return all(test(segments[field]) for field, test in by_day)

    wanted = {name for name in (*plan.query.fields, *dict(plan.tests)) if "segments." in name}
    yield from source.counted(name, wanted, takes)


def _filtered(plan: Plan, rows: Iterable[Row]) -> Iterator[Row]:
    """Rows that WHERE takes, as far as it does not speak of days or of sums."""
    tests = [
        (name, test)
        for name, test in plan.tests
        if prefix_of(name) != "metrics" and name not in _BY_DAY
    ]
    # Where Performance Max has no ad group it has no row; a change may have been of anything.
    joined = {prefix_of(name) for name in (*plan.attributes, *dict(tests))} - {"segments"}
    if plan.resource.name == "change_status":
        joined = set()
    for row in rows:
        if joined <= set(row.item) and _fits(row, tests):
            yield row


def _fits(row: Row, tests: list[tuple[str, Predicate]]) -> bool:
    return all(test(row.value(name)) for name, test in tests)


def _grouped(plan: Plan, rows: Iterable[Row]) -> Iterator[Row]:
    """One row for each resource and what is selected beside its metrics."""
    names = [f"{plan.resource.name}.resource_name", *plan.attributes, *plan.segments]
    groups: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(str(row.value(name)) for name in names)
        found = groups.get(key)
        if found is None:
            groups[key] = Row(row.item, row.segments, row.numbers)
        else:
            found.numbers = found.numbers.plus(row.numbers)
    return iter(groups.values())


def _is_told(plan: Plan, row: Row) -> bool:
    """With segments, rows whose selected metrics are all zero are left out."""
    if not plan.segments or plan.resource.name == "click_view":
        return True
    if not plan.metrics:
        return row.numbers != NOTHING
    return any(row.value(name) for name in plan.metrics)


def _sortable(row: Row, name: str) -> tuple[bool, object]:
    """What is not set comes first."""
    value = row.value(name)
    return (value is not None, value if value is not None else _least(name))


def _least(name: str) -> object:
    return 0 if FIELDS[name].data_type in ("INT32", "INT64", "DOUBLE", "BOOLEAN") else ""
