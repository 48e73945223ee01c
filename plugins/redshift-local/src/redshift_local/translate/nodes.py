"""What a query may consist of. A node or a part of a node that is not listed is refused.

The list is what the translator and its tests know to mean the same to the engine; that Redshift
takes it is for the rules to say.
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.parsing import Iteration

_QUERY: Final = frozenset({"with_", "order", "limit", "offset"})

# Node -> the parts it may have; None where all that sqlglot reads are known.
_KNOWN: Final[dict[type[exp.Expr], frozenset[str] | None]] = {
    exp.Select: _QUERY
    | {"expressions", "distinct", "from_", "joins", "where", "group", "having", "qualify"},
    exp.Union: _QUERY | {"this", "expression", "distinct"},
    exp.Except: _QUERY | {"this", "expression", "distinct"},
    exp.Intersect: _QUERY | {"this", "expression", "distinct"},
    exp.Subquery: _QUERY | {"this", "alias"},
    exp.With: frozenset({"expressions", "recursive"}),
    exp.CTE: frozenset({"this", "alias"}),
    exp.From: frozenset({"this"}),
    exp.Table: frozenset({"this", "db", "catalog", "alias", "joins"}),
    exp.TableAlias: frozenset({"this", "columns"}),
    exp.ColumnDef: frozenset({"this", "kind"}),
    Iteration: None,
    exp.Join: frozenset({"this", "on", "using", "side", "kind", "method"}),
    exp.Where: None,
    exp.Group: frozenset({"expressions", "rollup", "cube", "grouping_sets"}),
    exp.Rollup: None,
    exp.Cube: None,
    exp.GroupingSets: None,
    exp.Having: None,
    exp.Qualify: None,
    exp.Order: frozenset({"expressions", "this"}),
    exp.Ordered: frozenset({"this", "desc", "nulls_first"}),
    exp.Limit: frozenset({"expression"}),
    exp.Offset: frozenset({"expression"}),
    exp.Distinct: frozenset({"expressions"}),
    exp.Insert: frozenset({"with_", "this", "expression", "default"}),
    exp.Update: frozenset({"with_", "this", "expressions", "from_", "where"}),
    exp.Delete: frozenset({"with_", "this", "using", "where"}),
    exp.Merge: frozenset({"this", "using", "on", "whens"}),
    exp.Whens: None,
    exp.When: frozenset({"matched", "then"}),
    exp.Values: frozenset({"expressions"}),
    exp.Schema: frozenset({"this", "expressions"}),
    exp.Alias: None,
    exp.Identifier: None,
    exp.Column: frozenset({"this", "table", "db", "catalog"}),
    exp.Star: frozenset(),
    exp.Dot: None,
    exp.Bracket: frozenset({"this", "expressions"}),
    exp.Literal: None,
    exp.Null: None,
    exp.Boolean: None,
    exp.Parameter: None,
    exp.Paren: None,
    exp.Tuple: None,
    exp.Anonymous: None,
    exp.Cast: frozenset({"this", "to"}),
    exp.DataType: frozenset({"this", "expressions", "nested"}),
    exp.DataTypeParam: frozenset({"this"}),
    exp.Interval: None,
    exp.IntervalSpan: None,
    exp.Var: None,
    exp.Case: None,
    exp.If: None,
    exp.Window: frozenset({"this", "partition_by", "order", "spec", "over"}),
    exp.WindowSpec: frozenset({"kind", "start", "start_side", "end", "end_side"}),
    exp.WithinGroup: None,
    exp.IgnoreNulls: None,
    exp.RespectNulls: None,
    exp.Exists: None,
    exp.In: frozenset({"this", "expressions", "query"}),
    exp.Any: None,
    exp.All: None,
    exp.Between: None,
    exp.Is: None,
    exp.Like: None,
    exp.ILike: None,
    exp.SimilarTo: None,
    exp.RegexpLike: frozenset({"this", "expression"}),
    exp.Escape: None,
    exp.And: None,
    exp.Or: None,
    exp.Not: None,
    exp.EQ: None,
    exp.NEQ: None,
    exp.GT: None,
    exp.GTE: None,
    exp.LT: None,
    exp.LTE: None,
    exp.Add: None,
    exp.Sub: None,
    exp.Mul: None,
    exp.Div: None,
    exp.Mod: None,
    exp.Pow: None,
    exp.Neg: None,
    exp.DPipe: None,
    exp.BitwiseAnd: None,
    exp.BitwiseOr: None,
    exp.BitwiseNot: None,
    exp.BitwiseLeftShift: None,
    exp.BitwiseRightShift: None,
    exp.AtTimeZone: None,
    exp.Extract: None,
    exp.Trim: frozenset({"this", "expression", "position"}),
    exp.Substring: frozenset({"this", "start", "length"}),
    exp.StrPosition: frozenset({"this", "substr"}),
    exp.CurrentDate: frozenset(),
    exp.CurrentUser: frozenset(),
    exp.SessionUser: frozenset(),
}
_SPECIAL: Final = frozenset(
    {
        exp.Subquery,
        exp.Join,
        exp.Values,
        exp.Parameter,
        exp.Bracket,
        exp.With,
        exp.Table,
        exp.Dot,
        exp.Anonymous,
    }
)
_HIDDEN: Final = frozenset({"redshift", "engine_only"})
_JOIN_KINDS: Final = frozenset({"", "INNER", "OUTER", "CROSS"})


def check_nodes(tree: exp.Expr) -> None:
    """Makes sure that all of the tree is known.

    Raises:
        Refused: Something in it is not.
    """
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        kind = type(node)
        if kind not in _KNOWN:
            raise Refused(_words(kind.__name__), position=_position(node))
        parts = _KNOWN[kind]
        if parts is not None:
            _check_parts(node, parts)
        if kind in _SPECIAL:
            _check_special(node)
        waiting.extend(node.iter_expressions())


def _check_parts(node: exp.Expr, parts: frozenset[str]) -> None:
    for part, value in node.args.items():
        if value and part not in parts:
            raise Refused(
                f"{_words(type(node).__name__)} with {part.rstrip('_').upper()}",
                position=_position(node),
            )


def _check_special(node: exp.Expr) -> None:
    _check_schema(node)
    if isinstance(node, exp.Join) and node.kind.upper() not in _JOIN_KINDS:
        raise Refused(f"{node.kind.upper()} JOIN")
    if isinstance(node, exp.Values) and not isinstance(node.parent, exp.Insert):
        raise Refused("VALUES as a table")
    if isinstance(node, exp.Parameter) and not node.name.isdigit():
        raise Refused(f"@{node.name}")
    if isinstance(node, exp.Subquery) and isinstance(node.this, exp.Table) and node.alias:
        raise Refused("alias of a join in parentheses")
    if isinstance(node, exp.Bracket) and len(node.expressions) != 1:
        raise Refused("array subscript of several values")
    if isinstance(node, exp.With) and isinstance(node.parent, (exp.Subquery, exp.Merge)):
        raise Refused("WITH in that place")


def _check_schema(node: exp.Expr) -> None:
    """The engine's own schemas are not for clients; functions come from pg_catalog only."""
    if isinstance(node, exp.Table):
        for place in node.parts[:-1]:
            if place.name.lower() in _HIDDEN:
                raise Refused(f"schema {place.name}", sqlstate="3F000")
    elif isinstance(node, exp.Dot) and isinstance(node.expression, exp.Anonymous):
        if node.this.name.lower() != "pg_catalog":
            raise Refused(f"function {node.this.name}.{node.expression.name}", sqlstate="42883")
    elif isinstance(node, exp.Anonymous) and not isinstance(node.this, str):
        raise Refused(f'function "{node.name}"', sqlstate="42883")


def _words(name: str) -> str:
    """`CurrentTimestamp` as `CURRENT TIMESTAMP`."""
    return "".join(
        f" {char}" if char.isupper() and at and not name[at - 1].isupper() else char
        for at, char in enumerate(name)
    ).upper()


def _position(node: exp.Expr) -> int | None:
    starts = (child.meta.get("start") for child in node.walk() if child.meta)
    found = [start for start in starts if isinstance(start, int)]
    return min(found) if found else None
