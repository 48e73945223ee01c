"""Correlated subqueries of patterns that Redshift cannot decorrelate (r_correlated_subqueries).

Only columns that are written with their table's name can be told apart without the tables.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.parsing import Iteration
from redshift_local.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import Query
    from redshift_local.rules.statement import Statement

_BLOCKS: Final = (exp.Select, exp.Update, exp.Delete, exp.Merge)
_OUTER: Final = frozenset({"LEFT", "RIGHT", "FULL"})


def correlated(_statement: Statement, query: Query) -> Iterator[Finding]:
    """References from a subquery to the queries around it."""
    sources: dict[int, frozenset[str]] = {}
    for column in query.nodes[exp.Column]:
        if not column.args.get("table"):
            continue
        passed = _passed(column, sources)
        if passed:
            yield from _reference(column, passed, query)


def _passed(column: exp.Column, sources: dict[int, frozenset[str]]) -> list[exp.Expr]:
    """The query blocks between a column and the one it is of; none where it is of its own."""
    qualifiers = {part.name.lower() for part in column.parts[:-1]}
    passed: list[exp.Expr] = []
    block = column.find_ancestor(*_BLOCKS)
    while block is not None:
        if not isinstance(block.parent, exp.When):  # a clause of MERGE is no query of its own
            if id(block) not in sources:
                sources[id(block)] = _sources(block)
            if qualifiers & sources[id(block)]:
                return passed
            passed.append(block)
        block = block.find_ancestor(*_BLOCKS)
    return []


def _sources(block: exp.Expr) -> frozenset[str]:
    found = [block.this] if not isinstance(block, exp.Select) else []
    origin = block.args.get("from_")
    if origin is not None:
        found.append(origin.this)
    using = block.args.get("using")
    if using:
        found.extend(using if isinstance(using, list) else [using])
    for source in list(found):
        found.extend(join.this for join in source.args.get("joins") or ())
    found.extend(join.this for join in block.args.get("joins") or ())
    found.extend(block.args.get("laterals") or ())
    return frozenset(name.lower() for source in found for name in _names(source))


def _names(source: exp.Expr) -> Iterator[str]:
    if isinstance(source, Iteration):
        yield source.text("position")
    yield source.alias_or_name
    if isinstance(source, exp.Paren | exp.Subquery) and not source.alias:
        for table in source.find_all(exp.Table):
            yield table.alias_or_name


def _reference(column: exp.Column, passed: list[exp.Expr], query: Query) -> Iterator[Finding]:
    name = ".".join(part.name for part in column.parts)
    if len(passed) > 1:
        yield Finding(
            "correlation-level",
            f"{name} of a query two levels up",
            f"{name} is of a query that is not the next one around: correlation skips a level",
            query.at(column),
        )
        return
    block = passed[0]
    if any(window.find_ancestor(*_BLOCKS) is block for window in block.find_all(exp.Window)):
        yield Finding(
            "correlation-window",
            f"{name} in a subquery with a window function",
            f"a subquery with a window function cannot refer to {name} outside of it",
            query.at(column),
        )
    if _grouped(block):
        yield Finding(
            "correlation-group",
            f"GROUP BY of a subquery with {name}",
            f"GROUP BY cannot refer to a subquery that refers to {name} outside of it",
            query.at(column),
        )
    join = _join_of(block)
    if join is not None and join.side.upper() in _OUTER:
        yield Finding(
            "correlation-join",
            f"{name} in a subquery of an outer join's ON",
            f"a subquery in the ON clause of an outer join cannot refer to {name} outside of it",
            query.at(column),
        )


def _grouped(block: exp.Expr) -> bool:
    """Whether a subquery is a column of a SELECT that groups by that column."""
    column: exp.Expr = block
    while column.parent is not None and not isinstance(column.parent, _BLOCKS):
        column = column.parent
    outer = column.parent
    if not isinstance(outer, exp.Select) or column.arg_key != "expressions":
        return False
    group = outer.args.get("group")
    keys = {key.name.lower() for key in (group.expressions if group is not None else ())}
    position = next(i for i, one in enumerate(outer.expressions, 1) if one is column)
    return str(position) in keys or (bool(column.alias) and column.alias.lower() in keys)


def _join_of(block: exp.Expr) -> exp.Join | None:
    """The join in whose ON clause a subquery stands."""
    node: exp.Expr = block
    while node.parent is not None and not isinstance(node.parent, _BLOCKS):
        if isinstance(node.parent, exp.Join):
            return node.parent if node.arg_key == "on" else None
        node = node.parent
    return None


QUERIES: Final = (correlated,)
