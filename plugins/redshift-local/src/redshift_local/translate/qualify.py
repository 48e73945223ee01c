"""QUALIFY, which the engine lacks: the condition becomes a column of an inner query."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.translate.generation import fold
from redshift_local.translate.naming import UNNAMED, output_name
from redshift_local.translate.scopes import from_items

if TYPE_CHECKING:
    from redshift_local.translate.plans import Options

# Names that nobody else gives.
_INNER: Final = "?"
_CONDITION: Final = "?qualify"


def rewrite_qualify(root: exp.Expr, options: Options) -> None:
    """Rewrites every SELECT with QUALIFY, the innermost first, in place."""
    selects = [select for select in root.find_all(exp.Select) if select.args.get("qualify")]
    for select in reversed(selects):
        select.replace(_Split(select, options).outer())


class _Split:
    """A SELECT with QUALIFY as two: the inner one computes, the outer one keeps rows."""

    def __init__(self, select: exp.Select, options: Options) -> None:
        self.options = options
        self.select = select.copy()
        self.aliases = {
            output_name(item, options): item.this
            for item in self.select.expressions
            if isinstance(item, exp.Alias)
        }
        self.inner_items: list[exp.Expr] = []
        self.inner_names: set[str] = set()
        self.outer_items: list[exp.Expr] = []

    def outer(self) -> exp.Select:
        select = self.select
        for item in select.expressions:
            self._add(item)
        outer = exp.Select(expressions=self.outer_items)
        self._move_order(outer)
        for part in ("limit", "offset", "distinct", "with_"):
            if (value := select.args.get(part)) is not None:
                outer.set(part, value.pop())
        condition = self._condition(select.args["qualify"].pop().this)
        self.inner_items.append(_named(condition, _CONDITION))
        select.set("expressions", self.inner_items)
        name = exp.TableAlias(this=exp.to_identifier(_INNER, quoted=True))
        outer.set("from_", exp.From(this=exp.Subquery(this=select, alias=name)))
        outer.set("where", exp.Where(this=_inner_column(_CONDITION)))
        return outer

    def _add(self, item: exp.Expr) -> None:
        if isinstance(item, exp.Star):
            for source in self._sources():
                self._add_row(source)
        elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
            self._add_row(item.args["table"])
        else:
            value = item.this if isinstance(item, exp.Alias) else item
            output = output_name(item, self.options)
            # under its own name, so that GROUP BY and HAVING may still speak of it
            name = self._add_inner(value, None if output == UNNAMED else output)
            alias = exp.to_identifier(output, quoted=True)
            self.outer_items.append(exp.Alias(this=_inner_column(name), alias=alias))

    def _add_inner(self, value: exp.Expr, name: str | None = None) -> str:
        if name is None or name in self.inner_names:
            name = f"?{len(self.inner_items)}"
        self.inner_names.add(name)
        self.inner_items.append(_named(value.copy(), name))
        return name

    def _add_row(self, table: exp.Identifier) -> None:
        """All of a FROM item's columns: its row goes through the inner query as one value."""
        name = self._add_inner(exp.column(table.copy()))
        row = exp.Paren(this=_inner_column(name))
        self.outer_items.append(exp.Dot(this=row, expression=exp.Star()))

    def _sources(self) -> list[exp.Identifier]:
        joins = [
            *self.select.args["from_"].find_all(exp.Join),
            *(self.select.args.get("joins") or []),
        ]
        if any(join.args.get("using") or join.args.get("method") for join in joins):
            raise Refused("QUALIFY with * over JOIN ... USING")
        return [_source_name(source) for source in from_items(self.select)]

    def _condition(self, condition: exp.Expr) -> exp.Expr:
        """The condition with aliases of window functions replaced by what they stand for."""
        holder = exp.Paren(this=condition)
        for column in list(holder.find_all(exp.Column)):
            value = self.aliases.get(fold(column.name)) if not column.table else None
            if value is not None and value.find(exp.Window) is not None:
                column.replace(exp.Paren(this=value.copy()))
        inner: exp.Expr = holder.this
        return inner

    def _move_order(self, outer: exp.Select) -> None:
        order = self.select.args.get("order")
        if order is None:
            return
        order.pop()
        outputs = {output_name(item, self.options) for item in self.select.expressions}
        for ordered in order.expressions:
            key = ordered.this
            ordinal = isinstance(key, exp.Literal) and not key.is_string
            known = isinstance(key, exp.Column) and not key.table and fold(key.name) in outputs
            if not (ordinal or known):
                ordered.set("this", _inner_column(self._add_inner(key)))
        outer.set("order", order)


def _source_name(source: exp.Expr) -> exp.Identifier:
    alias = source.args.get("alias")
    name = alias.this if alias is not None else source.this
    if not isinstance(name, exp.Identifier):
        raise Refused("QUALIFY with * over a FROM item without a name")
    return name


def _named(value: exp.Expr, name: str) -> exp.Alias:
    return exp.Alias(this=value, alias=exp.to_identifier(name, quoted=True))


def _inner_column(name: str) -> exp.Column:
    return exp.column(
        exp.to_identifier(name, quoted=True), table=exp.to_identifier(_INNER, quoted=True)
    )
