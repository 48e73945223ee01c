"""Names: reserved words, and columns that are called as Postgres's system columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding
from redshift_local.rules.words import RESERVED, SYSTEM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import NodeRule, Query
    from redshift_local.rules.statement import Statement


def reserved(statement: Statement, query: Query) -> Iterator[Finding]:
    """A reserved word as a name: fine in quotes, behind a dot and as an alias behind AS."""
    spelled = dict(zip(statement.starts, range(len(statement.starts)), strict=True))
    for name in query.nodes[exp.Identifier]:
        if name.args.get("quoted") or name.name.upper() not in RESERVED:
            continue
        index = spelled.get(query.at(name))
        if index is not None and not _free(statement, index, name):
            yield Finding(
                "reserved-word",
                name.name,
                f'{name.name} is a reserved word: write "{name.name}"',
                statement.starts[index],
            )


def _free(statement: Statement, index: int, name: exp.Expr) -> bool:
    before = statement.word(index - 1)
    column_alias = before == "AS" and isinstance(name.parent, exp.Alias)
    return before == "." or column_alias or statement.words[index] != name.name.upper()


def system_column(statement: Statement, query: Query) -> Iterator[Finding]:
    """A column of a table or view that is made from a query."""
    if statement.word(0) != "CREATE":
        return
    select = query.tree
    while isinstance(select, (exp.Subquery, exp.Paren, exp.SetOperation)):
        select = select.this
    for column in select.selects if isinstance(select, exp.Select) else ():
        if column.alias_or_name.lower() in SYSTEM_COLUMNS:
            yield system_column_finding(column.alias_or_name, query.at(column))


def system_column_read(node: exp.Expr, query: Query) -> Iterator[Finding]:
    """`SELECT xmin`: Redshift has no system columns; `oid` is one of the catalogs."""
    name = node.name.lower()
    if name in SYSTEM_COLUMNS and name != "oid":
        yield Finding(
            "system-column",
            f"column {node.name}",
            f"Redshift has no system column {node.name}",
            query.at(node),
        )


def system_column_finding(name: str, offset: int) -> Finding:
    """The finding for a column of that name."""
    return Finding(
        "system-column",
        f"column {name}",
        f"no column may be called {name}, as a system column of Postgres is",
        offset,
    )


NODES: Final[dict[type[exp.Expr], tuple[NodeRule, ...]]] = {exp.Column: (system_column_read,)}
QUERIES: Final = (reserved, system_column)
