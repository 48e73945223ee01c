"""Windows: frames, names, what may stand in OVER."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding
from redshift_local.rules.functions import FRAMELESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query
    from redshift_local.rules.statement import Statement

_UNORDERED: Final = frozenset({"listagg", "median", "percentile_cont", "percentile_disc"})
_NEEDS_ORDER: Final = frozenset({"lag", "lead"})


def window(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """A call with OVER.

    An aggregate with ORDER BY needs a frame (r_Window_function_synopsis); where Postgres takes one
    by default, Redshift says "Aggregate window functions with an ORDER BY clause require a frame
    clause". That holds for first_value, last_value and nth_value too.
    """
    called = node.this
    while isinstance(called, (exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        called = called.this
    if isinstance(called, exp.Identifier):  # of a WINDOW clause, which `definition` refuses
        return
    name = called.name.lower()
    ordered, framed = node.args.get("order") is not None, node.args.get("spec") is not None
    if ordered and not framed and name not in FRAMELESS | _UNORDERED:
        yield Finding(
            "window-frame",
            f"{name}() OVER (ORDER BY) without a frame",
            f"{name}() with ORDER BY in OVER needs a frame: ROWS BETWEEN ... AND ...",
            query.at(node),
        )
    if framed and name in FRAMELESS:
        yield Finding("frameless", f"frame of {name}()", f"{name}() takes no frame", query.at(node))
    if ordered and name in _UNORDERED:
        yield Finding(
            "frameless", f"ORDER BY in OVER of {name}()", f"{name}() takes no order", query.at(node)
        )
    if not ordered and name in _NEEDS_ORDER:
        yield Finding(
            "window-order",
            f"{name}() OVER without ORDER BY",
            f"{name}() needs ORDER BY in OVER",
            query.at(node),
        )
    yield from _string_keys(node, query)
    if called.find(exp.Distinct) is not None and name != "listagg":
        yield Finding(
            "window-distinct",
            f"{name}(DISTINCT) OVER",
            f"{name}(DISTINCT ...) is no window function",
            query.at(node),
        )


def _string_keys(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """String literals, which neither PARTITION BY nor ORDER BY of a window takes."""
    keys = list(node.args.get("partition_by") or ())
    order = node.args.get("order")
    keys.extend(one.this for one in (order.expressions if order is not None else ()))
    for key in keys:
        if isinstance(key, exp.Literal) and key.is_string:
            yield Finding(
                "window-order",
                "string literal in OVER",
                "PARTITION BY and ORDER BY of a window take no string literals",
                query.at(key),
            )


def named(statement: Statement, index: int) -> Iterator[Finding]:
    """`OVER name`."""
    if statement.word(index + 1) not in {"(", ""} and statement.word(index - 1) == ")":
        yield _named(statement, index)


def definition(statement: Statement, index: int) -> Iterator[Finding]:
    """`WINDOW name AS (...)`."""
    if statement.word(index + 2) == "AS" and statement.word(index + 3) == "(":
        yield _named(statement, index)


def _named(statement: Statement, index: int) -> Finding:
    return Finding(
        "named-window",
        "WINDOW clause",
        "named windows are not supported: write the window in OVER (...)",
        statement.starts[index],
    )


def frame(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`RANGE ...` and `GROUPS ...`: a frame counts rows (r_Window_function_synopsis)."""
    kind = str(node.args.get("kind") or "ROWS").upper()
    if kind != "ROWS":
        yield Finding(
            "frame-unit",
            f"{kind} frame",
            f"{kind} frames are not supported: use ROWS",
            query.at(node),
        )


def exclusion(statement: Statement, index: int) -> Iterator[Finding]:
    """`EXCLUDE CURRENT ROW` and the like in a frame."""
    if statement.word(index + 1) in {"CURRENT", "GROUP", "TIES", "NO"}:
        yield Finding(
            "frame-unit",
            "EXCLUDE in a frame",
            "EXCLUDE in a frame is not supported",
            statement.starts[index],
        )


WORDS: Final = {
    "OVER": (named,),
    "WINDOW": (definition,),
    "EXCLUDE": (exclusion,),
}
NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {
    exp.Window: (window,),
    exp.WindowSpec: (frame,),
}
