"""What may be read together: the leader node's catalogs and functions, and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import exp

from redshift_local.rules.findings import Finding
from redshift_local.rules.functions import FUNCTIONS, LEADER_WORDS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.query import Query
    from redshift_local.rules.statement import Statement

_CATALOGS: Final = frozenset({"pg_catalog", "information_schema"})
_SYSTEM: Final = ("stl_", "stv_", "svl_", "svv_", "svcs_", "sys_")


def is_catalog(table: exp.Table) -> bool:
    """Whether it is of the leader node's catalogs (PG_CLASS, INFORMATION_SCHEMA.TABLES)."""
    name = table.name.lower()
    if name.startswith(_SYSTEM):
        return False
    return table.db.lower() in _CATALOGS or (not table.db and name.startswith("pg_"))


def is_system(table: exp.Table) -> bool:
    """Whether it is one of Redshift's own tables and views (STL_..., SVV_..., SYS_...)."""
    return table.db.lower() in {"", "pg_catalog"} and table.name.lower().startswith(_SYSTEM)


def leader_function(statement: Statement, query: Query) -> Iterator[Finding]:
    """Leader-node functions beside tables (c_sql-functions-leader-node)."""
    read = [table for table in query.tables if not is_catalog(table)]
    makes_table = statement.word(0) == "CREATE" and "VIEW" not in statement.words[:5]
    if not read and not makes_table:
        return
    for name, offset in _leader_functions(statement, query):
        yield Finding(
            "leader-function",
            f"{name} with tables",
            f"{name} runs on the leader node, where no table is: use getdate() or a constant"
            if name in {"now", "current_timestamp", "localtimestamp"}
            else f"{name} runs on the leader node only and cannot be used in a query of tables",
            offset,
        )


def _leader_functions(statement: Statement, query: Query) -> Iterator[tuple[str, int]]:
    for node in query.nodes[exp.Anonymous]:
        known = FUNCTIONS.get(node.name.lower())
        if known is not None and known.kind is Kind.LEADER:
            yield node.name.lower(), query.at(node)
    for index, word in enumerate(statement.words):
        bare = word == "CURRENT_SCHEMA" and statement.word(index + 1) != "("
        free = statement.word(index - 1) not in {".", "AS"}
        if free and (bare or word in LEADER_WORDS):
            yield word.lower(), statement.starts[index]


def mixed(statement: Statement, query: Query) -> Iterator[Finding]:
    """Catalogs beside tables of the user, or written into one.

    Redshift says "Specified types or functions (one per INFO message) not supported on Redshift
    tables".
    """
    catalogs = [table for table in query.tables if is_catalog(table)]
    if not catalogs:
        return
    own = any(not is_catalog(table) and not is_system(table) for table in query.tables)
    makes_table = statement.word(0) == "CREATE" and "VIEW" not in statement.words[:5]
    if own or makes_table:
        name = ".".join(part for part in (catalogs[0].db, catalogs[0].name) if part)
        yield Finding(
            "catalog-with-tables",
            f"{name} with tables",
            f"{name} is the leader node's: it cannot be read together with a table or into one",
            query.at(catalogs[0]),
        )


def late_binding(statement: Statement, query: Query) -> Iterator[Finding]:
    """A view WITH NO SCHEMA BINDING names the schema of every table (r_CREATE_VIEW)."""
    if "BINDING" not in statement.words[-1:] or statement.word(0) != "CREATE":
        return
    for table in query.tables:
        if not table.db:
            yield Finding(
                "late-binding",
                f"{table.name} without a schema",
                f"a view WITH NO SCHEMA BINDING must name the schema of {table.name}",
                query.at(table),
            )


QUERIES: Final = (leader_function, mixed, late_binding)
