"""Which names a place of a query can mean: the FROM items of its SELECT and of those around it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlglot import exp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.translate.plans import Options


def from_items(query: exp.Expr) -> Iterator[exp.Expr]:
    """The FROM items of a SELECT or an UPDATE from the left, those of joins in parentheses too."""
    from_ = query.args.get("from_")
    if from_ is not None:
        yield from _items(from_.this)
    for join in query.args.get("joins") or []:
        yield from _items(join.this)


def _items(source: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(source, exp.Subquery) and isinstance(source.this, exp.Table):
        source = source.this
    yield source
    for join in source.args.get("joins") or []:
        yield from _items(join.this)


@dataclass
class Scope:
    """The FROM items of one SELECT, UPDATE, DELETE or MERGE; names are folded."""

    options: Options
    parent: Scope | None = None
    tables: set[str] = field(default_factory=set)
    """Aliases of tables, and names of tables without one."""
    paths: set[tuple[str, ...]] = field(default_factory=set)
    """Names with schema (and database) of tables without an alias."""
    elements: set[str] = field(default_factory=set)
    """Aliases whose rows are SUPER values, not tuples of columns."""

    in_merge: bool = False
    """Whether it is of a MERGE, where SUPER columns are taken whole only (r_MERGE)."""

    def inner(self) -> Scope:
        """The scope of a query inside of this one."""
        return Scope(self.options, self)

    def is_table(self, name: str) -> bool:
        """Whether `name` is a table's alias; the innermost meaning of a name counts."""
        if name in self.tables or name in self.elements:
            return name in self.tables
        return self.parent is not None and self.parent.is_table(name)

    def is_element(self, name: str) -> bool:
        """Whether `name` stands for a SUPER value of a FROM item."""
        if name in self.tables or name in self.elements:
            return name in self.elements
        return self.parent is not None and self.parent.is_element(name)

    def has_path(self, path: tuple[str, ...]) -> bool:
        """Whether a table without alias is called so in full."""
        return path in self.paths or (self.parent is not None and self.parent.has_path(path))

    def add_table(self, table: exp.Table) -> None:
        """Notes a table under its alias or its name, which is then also known in full."""
        if table.alias:
            self.tables.add(self.options.fold(table.args["alias"].this))
            return
        names = tuple(self.options.fold(part) for part in table.parts)
        self.tables.add(names[-1])
        self.paths.update(names[-count:] for count in range(2, len(names) + 1))
