"""Calls: functions that Redshift has, with as many arguments as they take."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding
from redshift_local.rules.functions import FOREIGN_WORDS, FUNCTIONS, Function, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query
    from redshift_local.rules.statement import Statement


def call(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """A call by name."""
    name = node.name.lower()
    if name == "row":  # `expressions.row_constructor` tells of it
        return
    offset = query.at(node)
    known = FUNCTIONS.get(name)
    qualifier = _qualifier(node)
    if known is None or qualifier not in {"", "pg_catalog"}:
        written = f"{qualifier}.{name}" if qualifier else name
        yield Finding(
            "function",
            f"function {written}",
            f"no function {written}() is known of Redshift",
            offset,
        )
        return
    yield from _place(node, name, known, offset)
    yield from _arguments(node, name, known, offset)


def _qualifier(node: exp.Expr) -> str:
    parent = node.parent
    if isinstance(parent, exp.Dot) and node.arg_key == "expression":
        return str(parent.this.name).lower()
    if isinstance(parent, exp.Table) and parent.args.get("db"):
        return parent.db.lower()
    return ""


def _place(node: exp.Expr, name: str, known: Function, offset: int) -> Iterator[Finding]:
    read_from = isinstance(node.parent, exp.Table)
    if read_from and known.kind is not Kind.TABLE:
        yield Finding(
            "table-function", f"{name}() in FROM", f"{name}() is no table function", offset
        )
    if known.kind is Kind.WINDOW and not _windowed(node):
        yield Finding(
            "window-function", f"{name}() without OVER", f"{name}() needs an OVER clause", offset
        )


def _windowed(node: exp.Expr) -> bool:
    parent = node.parent
    while isinstance(parent, (exp.IgnoreNulls, exp.RespectNulls, exp.WithinGroup)):
        parent = parent.parent
    return isinstance(parent, exp.Window)


def _arguments(node: exp.Expr, name: str, known: Function, offset: int) -> Iterator[Finding]:
    arguments = node.expressions
    if arguments and isinstance(arguments[0], exp.Distinct):
        arguments = arguments[0].expressions
    if any(isinstance(argument, exp.Order) for argument in arguments):
        yield Finding(
            "aggregate-order",
            f"ORDER BY in {name}()",
            f"ORDER BY among the arguments of {name}(): use WITHIN GROUP (ORDER BY ...)",
            offset,
        )
        return
    count = len(arguments)
    if count < known.fewest or (known.most is not None and count > known.most):
        yield Finding("arguments", f"{name}()", _message(name, known, count), offset)


def _message(name: str, known: Function, count: int) -> str:
    if known.most is None:
        takes = f"at least {known.fewest}"
    elif known.most == known.fewest:
        takes = str(known.fewest)
    else:
        takes = f"{known.fewest} to {known.most}"
    return f"{name}() takes {takes} arguments in Redshift, not {count}"


def unnest(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`unnest(array)`, which the parser takes for syntax."""
    yield Finding(
        "function",
        "function unnest",
        "no function unnest() is known of Redshift: FROM t, t.array AS value",
        query.at(node),
    )


def foreign_word(statement: Statement, index: int) -> Iterator[Finding]:
    """`current_role` and the like, which are called without parentheses."""
    if statement.word(index - 1) not in {".", "AS"}:
        name = statement.words[index].lower()
        yield Finding("function", name, f"Redshift has no {name}", statement.starts[index])


WORDS: Final = dict.fromkeys(FOREIGN_WORDS, (foreign_word,))
NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {
    exp.Anonymous: (call,),
    exp.Unnest: (unnest,),
}
