"""The query inside a statement, as a syntax tree."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from redshift_local.parsing import parse_once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from redshift_local.rules.findings import Finding
    from redshift_local.rules.statement import Statement

    NodeRule = Callable[[exp.Expr, "Query"], Iterator[Finding]]

_WHOLE: Final = frozenset({"SELECT", "WITH", "(", "INSERT", "UPDATE", "DELETE"})
_CREATED: Final = frozenset({"TABLE", "VIEW"})


@dataclass(frozen=True)
class Query:
    """A query's tree.

    Attributes:
        tree: Shared with all who read the same text: never changed.
        base: Offset of its text in what is checked; where `flat`, that of the whole literal.
        flat: The query was read out of a string literal (UNLOAD), in which offsets mean nothing.
    """

    tree: exp.Expr
    base: int
    flat: bool = False

    def at(self, node: exp.Expr) -> int:
        """Where `node` starts, as far as its parts tell."""
        if self.flat:
            return self.base
        for part in node.walk(bfs=False):
            start = part.meta.get("start") if part._meta else None  # noqa: SLF001 - meta makes one
            if isinstance(start, int):
                return self.base + start
        parent = node.parent
        return self.at(parent) if parent is not None else self.base

    @cached_property
    def nodes(self) -> dict[type[exp.Expr], list[Any]]:
        """All of its nodes by their type: the tree is walked once for all rules."""
        found: defaultdict[type[exp.Expr], list[Any]] = defaultdict(list)
        for node in self.tree.walk():
            found[type(node)].append(node)
        return found

    @cached_property
    def common_names(self) -> frozenset[str]:
        """The names of its common table expressions, in lower case."""
        return frozenset(cte.alias.lower() for cte in self.nodes[exp.CTE])

    @cached_property
    def tables(self) -> list[exp.Table]:
        """The tables it names; no common table expressions, functions or arrays (FROM t, t.a)."""
        named = [table for table in self.nodes[exp.Table] if isinstance(table.this, exp.Identifier)]
        aliases = {table.alias_or_name.lower() for table in named}
        within = aliases | self.common_names
        return [
            table
            for table in named
            if (table.db.lower() not in within if table.db else not self._common(table))
        ]

    def _common(self, table: exp.Table) -> bool:
        return table.name.lower() in self.common_names


def query_of(statement: Statement) -> Query | None:
    """The query of a statement that has one.

    Raises:
        Refused: It is not of the grammar.
    """
    place = _place(statement)
    if place is None:
        return None
    text, base, flat = place
    trees = parse_once(text)
    return Query(trees[0], base, flat) if trees else None


def _place(statement: Statement) -> tuple[str, int, bool] | None:
    head = statement.word(0)
    if head in _WHOLE:
        return statement.text, statement.base, False
    if head == "MERGE":
        return None if "DUPLICATES" in statement.words else (statement.text, statement.base, False)
    if head == "UNLOAD" and statement.word(2) == "'":
        return statement.values[2], statement.starts[2], True
    first = _first_of_query(statement)
    if first is None or first >= len(statement.words):
        return None
    start = statement.starts[first] - statement.base
    end = _end_of_query(statement) - statement.base
    return statement.text[start:end], statement.starts[first], False


def _first_of_query(statement: Statement) -> int | None:
    head = statement.word(0)
    if head == "EXPLAIN":
        return 2 if statement.word(1) == "VERBOSE" else 1
    if head == "CREATE" and _CREATED & set(statement.words[1:6]):
        return _behind(statement, "AS")
    if head == "DECLARE":
        return _behind(statement, "FOR")
    if head == "PREPARE":
        return _behind(statement, "AS")
    return None


def _behind(statement: Statement, word: str) -> int | None:
    place = statement.find(word)
    return None if place is None else place + 1


def _end_of_query(statement: Statement) -> int:
    """Where the query ends: a view's `WITH NO SCHEMA BINDING` is not of it."""
    last = len(statement.words) - 4
    if statement.follow(last, "WITH", "NO", "SCHEMA", "BINDING"):
        return statement.starts[last]
    return statement.base + len(statement.text)
