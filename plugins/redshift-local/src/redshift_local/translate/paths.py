"""PartiQL: paths into SUPER values and FROM items that go through them.

`c.orders[0]."Item"` may be a table's column with a path or a column with a longer one; the FROM
items in scope decide, as in Redshift.
https://docs.aws.amazon.com/redshift/latest/dg/query-super.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.parsing import Iteration
from redshift_local.translate.generation import fold
from redshift_local.translate.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from redshift_local.translate.plans import Options

_CHAINS: Final = (exp.Connector, exp.DPipe, exp.Add, exp.SetOperation)
_ENGINE: Final = "redshift"


def engine_call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A call of one of the engine's helper functions."""
    return exp.Anonymous(this=f"{_ENGINE}.{name}", expressions=list(arguments))


def column_of(names: Sequence[exp.Expr]) -> exp.Column:
    """The column of these names, outermost first."""
    parts = zip(("this", "table", "db", "catalog"), reversed(names), strict=False)
    return exp.Column(**{part: name.copy() for part, name in parts})


def resolve_paths(tree: exp.Expr, options: Options) -> None:
    """Turns every path and every iteration of the tree into calls of the engine's, in place."""
    _visit(tree, Scope(options))


def _visit(node: exp.Expr, scope: Scope) -> None:
    # long chains of AND, || or UNION lean to the left: they are gone down, not recursed into
    while isinstance(node, _CHAINS):
        _visit_children(node, scope, "this")
        node = node.this
    if isinstance(node, exp.Select):
        _visit_select(node, scope)
    elif isinstance(node, (exp.Update, exp.Delete, exp.Merge)) and node.this is not None:
        _visit_change(node, scope)
    elif isinstance(node, (exp.Column, exp.Bracket)) or _is_navigation(node):
        _visit_path(node, scope)
    else:
        _visit_children(node, scope)


def _visit_children(node: exp.Expr, scope: Scope, *skipped: str) -> None:
    for part, value in list(node.args.items()):
        if part in skipped:
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, exp.Expr):
                _visit(child, scope)


def _visit_select(select: exp.Select, outer: Scope) -> None:
    if (with_ := select.args.get("with_")) is not None:
        _visit(with_, outer)
    scope = outer.inner()
    if (from_ := select.args.get("from_")) is not None:
        _visit_source(from_.this, scope)
    _visit_joins(select, scope)
    _visit_children(select, scope, "with_", "from_", "joins")


def _visit_change(change: exp.Update | exp.Delete | exp.Merge, outer: Scope) -> None:
    scope = outer.inner()
    scope.in_merge = isinstance(change, exp.Merge)
    sources = [change.this]
    if (with_ := change.args.get("with_")) is not None:
        _visit(with_, outer)
    using = change.args.get("using") or []
    sources += using if isinstance(using, list) else [using]
    if (from_ := change.args.get("from_")) is not None:
        sources.append(from_.this)
    for source in sources:
        _visit_source(source, scope)
    _visit_children(change, scope, "this", "with_", "from_", "using")


def _visit_joins(node: exp.Expr, scope: Scope) -> None:
    for join in node.args.get("joins") or []:
        _visit_source(join.this, scope)
        _visit_children(join, scope, "this")


def _visit_source(source: exp.Expr, scope: Scope) -> None:
    """Notes a FROM item in the scope; one that goes through a SUPER value is replaced."""
    if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Table):
        source = source.this  # a join in parentheses
    _visit_item(source, scope)
    _visit_joins(source, scope)


def _visit_item(source: exp.Expr, scope: Scope) -> None:
    if isinstance(source, exp.Table):
        if _is_iteration(source, scope):
            _replace_iteration(_iteration(source), source, scope)
            return
        if not isinstance(source.this, exp.Identifier):
            _visit(source.this, scope)
        if isinstance(source.this, exp.Identifier) or source.alias:
            scope.add_table(source)
        elif isinstance(source.this, exp.Anonymous):
            scope.tables.add(fold(source.this.name))
    elif isinstance(source, Iteration):
        _replace_iteration(source, source, scope)
    elif isinstance(source, exp.Subquery):
        _visit(source.this, scope.parent or scope)
        if source.alias:
            scope.tables.add(scope.options.fold(source.args["alias"].this))
    else:
        raise Refused(f"{type(source).__name__.upper()} as a FROM item")


def _is_iteration(table: exp.Table, scope: Scope) -> bool:
    """Whether what was read as a table is a path from an earlier FROM item."""
    if not all(isinstance(part, exp.Identifier) for part in table.parts):
        return False
    first = scope.options.fold(table.parts[0])
    if len(table.parts) == 1:
        return scope.is_element(first)
    return scope.is_table(first) or scope.is_element(first)


def _iteration(table: exp.Table) -> Iteration:
    path = column_of(table.parts)
    alias = table.args.get("alias")
    if alias is not None and alias.columns:
        raise Refused("column aliases of an unnested array")
    return Iteration(this=path, alias=alias.this if alias is not None else table.this)


def _replace_iteration(iteration: Iteration, place: exp.Expr, scope: Scope) -> None:
    alias = iteration.args.get("alias")
    if place.args.get("joins"):
        raise Refused("JOIN behind an unnested array")
    if alias is None:
        raise Refused("an unnested array without an alias")
    holder = exp.Paren(this=iteration.this.copy())
    _visit(holder.this, scope)
    position = iteration.args.get("position")
    function = "members" if iteration.args.get("unpivot") else "elements"
    call = engine_call(function, holder.this)
    if position is None:
        # `select *` must not show a position that nobody asked for
        only = exp.select(exp.column("element")).from_(exp.Table(this=call))
        source: exp.Expr = exp.Lateral(
            this=exp.Subquery(this=only), alias=exp.TableAlias(this=alias.copy(), columns=[alias])
        )
    else:
        names = exp.TableAlias(this=alias.copy(), columns=[alias, position])
        source = exp.Table(this=call, alias=names)
    scope.elements.add(scope.options.fold(alias))
    place.replace(source)


def _is_navigation(node: exp.Expr) -> bool:
    return isinstance(node, exp.Dot) and isinstance(node.expression, (exp.Identifier, exp.Star))


def _visit_path(node: exp.Expr, scope: Scope) -> None:
    if isinstance(node, exp.Column) and _is_plain(node, scope):
        return
    base, steps = _flatten(node)
    if isinstance(base, exp.Column):
        if isinstance(base.this, exp.Star):
            return
        value, steps = _resolve(list(base.parts), steps, scope)
        if not steps and value == base:
            return
        if steps and scope.in_merge:
            raise Refused(
                "path in MERGE", "Partial reference of SUPER column is not supported in MERGE"
            )
    else:
        value = base.copy()
        holder = exp.Paren(this=value)
        _visit(value, scope)
        value = holder.this
    for step in steps:
        value = _navigate(value, step, scope)
    node.replace(value)


def _is_plain(column: exp.Column, scope: Scope) -> bool:
    """Whether it is `column` or `table.column`, as most are."""
    parts = column.parts
    first = scope.options.fold(parts[0])
    if len(parts) == 1:
        return isinstance(parts[0], exp.Star) or not scope.is_element(first)
    return len(parts) == 2 and scope.is_table(first)  # noqa: PLR2004 - table and column


def _flatten(node: exp.Expr) -> tuple[exp.Expr, list[exp.Expr]]:
    """What a path starts from, and its steps: names and subscripts."""
    steps: list[exp.Expr] = []
    while True:
        if isinstance(node, exp.Bracket):
            steps.append(exp.Paren(this=node.expressions[0]))
        elif _is_navigation(node):
            steps.append(node.expression)
        else:
            return node, steps[::-1]
        node = node.this


def _resolve(
    names: list[exp.Expr], steps: list[exp.Expr], scope: Scope
) -> tuple[exp.Expr, list[exp.Expr]]:
    """The column that a path starts with, and the steps that remain."""
    while steps and isinstance(steps[0], exp.Identifier):
        names = [*names, steps[0]]
        steps = steps[1:]
    first = scope.options.fold(names[0])
    if scope.is_element(first):
        return column_of([names[0], names[0]]), [*names[1:], *steps]
    length = _column_length(names, scope)
    return column_of(names[:length]), [*names[length:], *steps]


def _column_length(names: list[exp.Expr], scope: Scope) -> int:
    """How many of the names say the column; the others are steps into it."""
    folded = tuple(scope.options.fold(name) for name in names)
    for count in range(min(len(names) - 1, 3), 1, -1):
        if scope.has_path(folded[:count]):
            return count + 1
    return 2 if len(names) > 1 and scope.is_table(folded[0]) else 1


def _navigate(value: exp.Expr, step: exp.Expr, scope: Scope) -> exp.Expr:
    if isinstance(step, exp.Identifier):
        name = exp.Literal.string(attribute_name(step, scope.options))
        return engine_call("attribute", value, name)
    if isinstance(step, exp.Star):
        raise Refused("* after a path")
    if isinstance(step.this, exp.Literal) and step.this.is_string:
        raise Refused("array subscript that is a text", sqlstate="42601")
    index = exp.Paren(this=step.this.copy())
    _visit(index.this, scope)
    return engine_call("element", value, index.this)


def attribute_name(step: exp.Identifier, options: Options) -> str:
    """The attribute that a step means.

    A step without quotes keeps its case under `enable_case_sensitive_super_attribute`, a quoted one
    only under `enable_case_sensitive_identifier`: quoted names are folded by Redshift's lexer.
    https://docs.aws.amazon.com/redshift/latest/dg/r_enable_case_sensitive_super_attribute.html
    """
    keeps = (
        options.case_sensitive_identifier if step.quoted else options.case_sensitive_super_attribute
    )
    return step.name if keeps else fold(step.name)
