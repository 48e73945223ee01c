"""What one SELECT may hold together, and subqueries in their places."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query
    from redshift_local.rules.statement import Statement

_SORTED: Final = frozenset({"listagg", "median", "percentile_cont"})


def sorted_aggregates(_statement: Statement, query: Query) -> Iterator[Finding]:
    """LISTAGG, PERCENTILE_CONT and MEDIAN of one SELECT.

    They must have the same ORDER BY (r_PERCENTILE_CONT), and with a DISTINCT aggregate beside them
    Redshift says "Using LISTAGG/PERCENTILE_CONT/MEDIAN aggregate functions with other distinct
    aggregate function not supported".
    """
    orders: dict[int, set[str]] = {}
    distinct: set[int] = set()
    calls = [node for node in query.nodes[exp.Anonymous] if not _windowed(node)]
    for node in calls:
        block = id(node.parent_select)
        if node.name.lower() in _SORTED:
            orders.setdefault(block, set()).add(_order(node))
        elif node.expressions and isinstance(node.expressions[0], exp.Distinct):
            distinct.add(block)
    for node in calls:
        block, name = id(node.parent_select), node.name.lower()
        if name in _SORTED and (len(orders[block]) > 1 or block in distinct):
            other = "a DISTINCT aggregate" if block in distinct else "another order"
            yield Finding(
                "sorted-aggregates",
                f"{name}() beside {other}",
                f"{name}() cannot stand beside {other} in one SELECT",
                query.at(node),
            )


def _windowed(node: exp.Expr) -> bool:
    parent = node.parent
    if isinstance(parent, exp.WithinGroup):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _order(node: exp.Expr) -> str:
    if isinstance(node.parent, exp.WithinGroup):
        return ", ".join(one.this.sql() for one in node.parent.expression.expressions)
    ordered = node.expressions[0].sql() if node.name.lower() == "median" else ""
    return str(ordered)


def unnamed(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`FROM (SELECT ...)`: a subquery in FROM needs an alias (r_FROM_clause30)."""
    in_from = isinstance(node.parent, (exp.From, exp.Join))
    if in_from and not node.alias and not isinstance(node.this, exp.Table):
        yield Finding(
            "subquery-alias",
            "subquery in FROM without an alias",
            "a subquery in FROM needs an alias",
            query.at(node),
        )


def of_several_rows(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`INSERT ... VALUES (...), ((SELECT ...))` (r_INSERT_30)."""
    subquery = node.find(exp.Subquery) if len(node.expressions) > 1 else None
    if subquery is not None:
        yield Finding(
            "insert-subquery",
            "subquery in VALUES of several rows",
            "VALUES of several rows take no subqueries",
            query.at(subquery),
        )


NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {
    exp.Subquery: (unnamed,),
    exp.Values: (of_several_rows,),
}
QUERIES: Final = (sorted_aggregates,)
