"""Aliases of a SELECT list used further on in the same list.

A column of a FROM item of the same name comes first; only where there is none is the alias meant.
So the columns of the FROM items have to be known: from the query where it says them, else from the
catalog, which the session is asked for by `NeedsColumns`.
https://aws.amazon.com/about-aws/whats-new/2018/08/amazon-redshift-announces-support-for-lateral-column-alias-reference/
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from redshift_local.parsing import Iteration
from redshift_local.translate.naming import output_name
from redshift_local.translate.plans import NeedsColumns
from redshift_local.translate.reader import qualified
from redshift_local.translate.scopes import from_items

if TYPE_CHECKING:
    from redshift_local.translate.plans import Options


def resolve_aliases(root: exp.Expr, options: Options) -> None:
    """Puts what an alias stands for in place of its later uses, in every SELECT of the tree.

    Raises:
        NeedsColumns: The columns of these relations decide.
    """
    for select in list(root.find_all(exp.Select)):
        _Aliases(select, options).resolve()


class _Unknown(Exception):  # noqa: N818 - an answer, not an error
    """Nobody can tell the columns of a FROM item."""


class _Aliases:
    """The aliases of one SELECT list."""

    def __init__(self, select: exp.Select, options: Options) -> None:
        self.select = select
        self.options = options

    def resolve(self) -> None:
        """Looks at the items from the left; each can use the aliases before it."""
        meanings: dict[str, exp.Expr] = {}
        columns: frozenset[str] | None = None
        for item in self.select.expressions:
            uses = [use for use in _names(item) if self.options.fold(use.this) in meanings]
            if uses and columns is None:
                columns = self._columns()
                if columns is None:
                    return
            for use in uses:
                name = self.options.fold(use.this)
                if columns is not None and name not in columns:
                    _replace(item, use, exp.Paren(this=meanings[name].copy()))
            if isinstance(item, exp.Alias):
                meanings[self.options.fold(item.args["alias"])] = item.this

    def _columns(self) -> frozenset[str] | None:
        """The columns of all FROM items, or None when nobody can tell."""
        asked: list[str] = []
        try:
            found = self._of_select_sources(self.select, asked)
        except _Unknown:
            return None
        if asked:
            raise NeedsColumns(tuple(asked))
        return found

    def _of_select_sources(self, select: exp.Select, asked: list[str]) -> frozenset[str]:
        found: frozenset[str] = frozenset()
        for source in from_items(select):
            found |= self._of_source(source, select, asked)
        return found

    def _of_source(self, source: exp.Expr, select: exp.Select, asked: list[str]) -> frozenset[str]:
        alias = source.args.get("alias")
        if isinstance(source, Iteration):
            named = (alias, source.args.get("position"))
            return frozenset(self.options.fold(one) for one in named if one is not None)
        if isinstance(alias, exp.TableAlias) and alias.columns:
            return frozenset(self.options.fold(_identifier(one)) for one in alias.columns)
        if isinstance(source, exp.Subquery):
            return self._of_query(source.this, asked)
        if not isinstance(source, exp.Table) or not isinstance(source.this, exp.Identifier):
            raise _Unknown
        return self._of_table(source, select, asked)

    def _of_table(self, table: exp.Table, select: exp.Select, asked: list[str]) -> frozenset[str]:
        parts = [self.options.fold(part) for part in table.parts]
        if len(parts) == 1 and (cte := self._cte(parts[0], select)) is not None:
            names = cte.args["alias"].columns
            if names:
                return frozenset(self.options.fold(one) for one in names)
            return self._of_query(cte.this, asked)
        if len(parts) > 1 and parts[0] in self._aliases_of(select):
            return frozenset({self.options.fold(_alias_or_name(table))})
        relation = qualified(parts)
        known = dict(self.options.columns).get(relation)
        if known is None:
            asked.append(relation)
            return frozenset()
        return known

    def _aliases_of(self, select: exp.Select) -> set[str]:
        return {self.options.fold(_alias_or_name(one)) for one in from_items(select)}

    def _cte(self, name: str, place: exp.Expr) -> exp.CTE | None:
        """The common table expression of that name that can be seen from `place`."""
        inside: exp.Expr | None = place
        while inside is not None:
            with_ = inside.args.get("with_")
            for cte in with_.expressions if with_ is not None else []:
                if self.options.fold(cte.args["alias"].this) == name and not _holds(cte, place):
                    return cte if isinstance(cte, exp.CTE) else None
            inside = inside.parent
        return None

    def _of_query(self, query: exp.Expr, asked: list[str]) -> frozenset[str]:
        while isinstance(query, (exp.SetOperation, exp.Subquery)):
            query = query.this
        if not isinstance(query, exp.Select):
            raise _Unknown
        found: frozenset[str] = frozenset()
        for item in query.expressions:
            if isinstance(item, exp.Star):
                found |= self._of_select_sources(query, asked)
            elif isinstance(item, exp.Column) and isinstance(item.this, exp.Star):
                for source in from_items(query):
                    if self.options.fold(_alias_or_name(source)) == self.options.fold(
                        item.parts[-2]
                    ):
                        found |= self._of_source(source, query, asked)
            else:
                found |= {output_name(item, self.options)}
        return found


def _alias_or_name(source: exp.Expr) -> exp.Expr:
    alias = source.args.get("alias")
    if isinstance(alias, exp.TableAlias):
        alias = alias.this
    name = alias if alias is not None else source.this
    return name if isinstance(name, exp.Identifier) else exp.to_identifier("")


def _identifier(column: exp.Expr) -> exp.Expr:
    """A column of a table's alias, whose type may be said too."""
    name: exp.Expr = column.this if isinstance(column, exp.ColumnDef) else column
    return name


def _names(item: exp.Expr) -> list[exp.Column]:
    """The columns in an item without a table's name, but for those of queries inside of it."""
    found: list[exp.Column] = []
    waiting = [item]
    while waiting:
        node = waiting.pop()
        if isinstance(node, exp.Column):
            if isinstance(node.this, exp.Identifier) and not node.table:
                found.append(node)
        elif not isinstance(node, exp.Query):
            waiting.extend(node.iter_expressions())
    return found


def _replace(item: exp.Expr, use: exp.Column, meaning: exp.Expr) -> None:
    if use is item:
        alias = exp.Alias(this=meaning, alias=use.this.copy())
        item.replace(alias)
    else:
        use.replace(meaning)


def _holds(outer: exp.Expr, inner: exp.Expr) -> bool:
    """Whether `inner` is a part of `outer`."""
    node: exp.Expr | None = inner
    while node is not None and node is not outer:
        node = node.parent
    return node is not None
