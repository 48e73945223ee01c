"""Recursive common table expressions, which Redshift takes in one form (r_WITH_clause)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query


def recursive(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """WITH RECURSIVE: named columns, UNION ALL, no order or limit, not inside of a subquery."""
    if not node.args.get("recursive"):
        return
    if node.find_ancestor(exp.Subquery, exp.CTE, exp.Exists, exp.In) is not None:
        yield _form("WITH RECURSIVE in a subquery", query.at(node))
    for cte in node.expressions:
        if any(table.name.lower() == cte.alias.lower() for table in cte.find_all(exp.Table)):
            yield from _of_itself(cte, query)


def _of_itself(cte: exp.Expr, query: Query) -> Iterator[Finding]:
    if not cte.args["alias"].columns:
        yield Finding(
            "recursive-columns",
            "WITH RECURSIVE without column names",
            "a recursive common table expression needs its columns' names: name (columns) AS",
            query.at(cte.args["alias"]),
        )
    union = cte.this
    if not isinstance(union, exp.Union) or union.args.get("distinct"):
        yield _form("a recursive query that is no UNION ALL", query.at(cte))
    for part in ("order", "limit", "offset"):
        if union.args.get(part) is not None:
            yield _form(f"{part.upper()} in a recursive query", query.at(union.args[part]))


def _form(construct: str, offset: int) -> Finding:
    return Finding("recursive-form", construct, f"{construct} is not supported", offset)


NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {exp.With: (recursive,)}
