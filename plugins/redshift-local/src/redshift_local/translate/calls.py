"""Calls that the engine knows under another form: dates' parts, DECODE, LISTAGG, IGNORE NULLS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.translate.paths import engine_call

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE_PART_FIRST: Final = frozenset({"dateadd", "datediff", "date_part"})
# Under this name it is not rewritten again.
_LISTAGG: Final = "pg_catalog.listagg"
_PAIR: Final = 2


def rewrite_call(node: exp.Expr) -> exp.Expr:
    """What stands for `node` in the engine; the node itself when nothing has to change."""
    if isinstance(node, exp.Window):
        return _window(node)
    if isinstance(node, exp.WithinGroup) and _is_call(node.this, "listagg"):
        return _ordered_listagg(node)
    if isinstance(node, exp.Column):
        return _sysdate(node)
    if isinstance(node, exp.Anonymous) and isinstance(node.this, str):
        rewrite = _CALLS.get(node.this.lower())
        return rewrite(node) if rewrite else node
    return node


def _is_call(node: exp.Expr | None, *names: str) -> bool:
    return (
        isinstance(node, exp.Anonymous)
        and isinstance(node.this, str)
        and node.this.lower() in names
    )


def _date_part(node: exp.Anonymous) -> exp.Expr:
    part = node.expressions[0] if node.expressions else None
    if isinstance(part, exp.Column) and not part.table:
        part.replace(exp.Literal.string(part.name.lower()))
    elif isinstance(part, exp.Literal) and part.is_string:
        part.set("this", part.name.lower())
    elif isinstance(part, exp.Var):
        part.replace(exp.Literal.string(part.name.lower()))
    else:
        raise Refused(f"{node.name.upper()} without a date part", sqlstate="42601")
    return node


def _decode(node: exp.Anonymous) -> exp.Expr:
    """DECODE takes two nulls for equal, unlike CASE with a value."""
    value, *rest = node.expressions
    pairs = [(rest[at], rest[at + 1]) for at in range(0, len(rest) - 1, _PAIR)]
    if not pairs:
        raise Refused("DECODE without a search and a result", sqlstate="42883")
    case = exp.Case(
        ifs=[
            exp.If(this=exp.NullSafeEQ(this=value.copy(), expression=search), true=result)
            for search, result in pairs
        ]
    )
    if len(rest) % _PAIR:
        case.set("default", rest[-1])
    return exp.Paren(this=case)


def _array(node: exp.Anonymous) -> exp.Expr:
    """`array(...)` is syntax to the engine, not a call."""
    return engine_call("array_of", *node.expressions)


def _json_serialize(node: exp.Anonymous) -> exp.Expr:
    """Without its schema it would be the engine's own syntax."""
    node.set("this", f"pg_catalog.{node.name.lower()}")
    return node


def _median(node: exp.Anonymous) -> exp.Expr:
    order = exp.Order(expressions=[exp.Ordered(this=node.expressions[0])])
    half = exp.Anonymous(this="percentile_cont", expressions=[exp.Literal.number("0.5")])
    return exp.WithinGroup(this=half, expression=order)


def _listagg(node: exp.Anonymous) -> exp.Expr:
    return exp.Anonymous(this=_LISTAGG, expressions=_listagg_arguments(node))


def _listagg_arguments(node: exp.Anonymous) -> list[exp.Expr]:
    """The arguments with the separator that is nothing when none is given.

    Raises:
        Refused: There is no argument.
    """
    if not node.expressions:
        raise Refused("LISTAGG without a value", sqlstate="42883")
    first = node.expressions[0]
    if isinstance(first, exp.Distinct):
        values = first.expressions
        if len(values) == 1:
            values = [*values, *(node.expressions[1:] or [exp.Literal.string("")])]
        return [exp.Distinct(expressions=values)]
    value, *separator = node.expressions
    # any type is put together as text; not with DISTINCT, where the order must be of the argument
    text = exp.Cast(this=value, to=exp.DataType(this=exp.DType.VARCHAR))
    return [text, *(separator or [exp.Literal.string("")])]


def _ordered_listagg(node: exp.WithinGroup) -> exp.Expr:
    call = node.this
    arguments = _listagg_arguments(call)
    order = node.expression.expressions
    last = arguments[-1]
    if isinstance(last, exp.Distinct):
        *values, separator = last.expressions
        last.set("expressions", [*values, exp.Order(this=separator, expressions=order)])
    else:
        arguments[-1] = exp.Order(this=last, expressions=order)
    return exp.Anonymous(this=_LISTAGG, expressions=arguments)


def _sysdate(node: exp.Column) -> exp.Expr:
    name = node.this
    if isinstance(name, exp.Identifier) and not node.table and not name.quoted:
        return exp.Anonymous(this="sysdate") if name.name.lower() == "sysdate" else node
    return node


def _window(node: exp.Window) -> exp.Expr:
    call, ignores = _nulls(node.this)
    if isinstance(call, exp.WithinGroup):
        raise Refused(f"{call.this.name.upper()} over a window")
    node.set("this", call)
    if not ignores:
        return node
    name = call.name.lower()
    if name in {"first_value", "last_value"}:
        helper = "first_not_null" if name == "first_value" else "last_not_null"
        node.set("this", engine_call(helper, *call.expressions))
        return node
    raise Refused(f"{name.upper()} with IGNORE NULLS")


def _nulls(call: exp.Expr) -> tuple[exp.Expr, bool]:
    """The call without IGNORE or RESPECT NULLS, in either of its places, and whether to ignore."""
    ignores = False
    if isinstance(call, (exp.IgnoreNulls, exp.RespectNulls)):
        ignores = isinstance(call, exp.IgnoreNulls)
        call = call.this
    for argument in call.expressions if isinstance(call, exp.Anonymous) else []:
        if isinstance(argument, (exp.IgnoreNulls, exp.RespectNulls)):
            ignores = ignores or isinstance(argument, exp.IgnoreNulls)
            argument.replace(argument.this)
    return call, ignores


_CALLS: Final[dict[str, Callable[[exp.Anonymous], exp.Expr]]] = {
    **dict.fromkeys(_DATE_PART_FIRST, _date_part),
    "decode": _decode,
    "json_serialize": _json_serialize,
    "median": _median,
    "array": _array,
    "listagg": _listagg,
}
