"""Finds what kind of statement it is; a kind that is not listed is refused."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from sqlglot import TokenType

from redshift_local.errors import Refused
from redshift_local.parsing import tokenize
from redshift_local.rules import find
from redshift_local.translate import access, objects, parameters
from redshift_local.translate.alteration import alter_table
from redshift_local.translate.merging import merge
from redshift_local.translate.plans import Forward, Load, Options, Plan, Unload
from redshift_local.translate.query import change_sql, query_sql, statement_sql
from redshift_local.translate.reader import Reader, words
from redshift_local.translate.tables import create_table

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_START: Final = 4
_CACHED_LENGTH: Final = 20_000


def split(sql: str) -> list[str]:
    """The statements of a query string, each without its semicolon; empty ones left out."""
    statements: list[str] = []
    start = 0
    last = None
    for token in tokenize(sql):
        if token.token_type is TokenType.SEMICOLON:
            if last is not None:
                statements.append(sql[start : token.start])
            start, last = token.end + 1, None
        else:
            last = token
    if last is not None:
        statements.append(sql[start:])
    return statements


def translate(sql: str, options: Options) -> Plan:
    """The plan for one statement.

    Raises:
        NeedsColumns: The columns of some relations decide what the statement means.
        Refused: Redshift would not take the statement, or the stand-in does not know it.
    """
    # long statements (INSERT of many rows) come once, and would fill the memory
    return _cached(sql, options) if len(sql) <= _CACHED_LENGTH else _translated(sql, options)


def _translated(sql: str, options: Options) -> Plan:
    start = tuple(token.text.upper() for token in words(sql, _LONGEST_START)[:_LONGEST_START])
    for finding in find(sql):
        raise Refused(
            finding.construct, finding.message, sqlstate=finding.sqlstate, position=finding.offset
        )
    for length in range(len(start), 0, -1):
        found = _KINDS.get(start[:length])
        if found is not None:
            return found(sql, options)
    construct = " ".join(start[:2]) or "empty statement"
    raise Refused(construct, f"the stand-in knows no statement that starts with {construct}")


_cached = functools.lru_cache(maxsize=512)(_translated)


def _query(sql: str, options: Options) -> Plan:
    return Forward(query_sql(sql, options))


def _change(sql: str, options: Options) -> Plan:
    return Forward(change_sql(sql, options))


def _query_or_change(sql: str, options: Options) -> Plan:
    return Forward(statement_sql(sql, options))


def _explain(sql: str, options: Options) -> Plan:
    reader = Reader(sql, options)
    reader.expects("EXPLAIN")
    verbose = "VERBOSE " if reader.accepts("VERBOSE") else ""
    return Forward(f"EXPLAIN {verbose}{statement_sql(reader.rest(), options)}")


def _load(sql: str, _: Options) -> Plan:
    return Load(sql)


def _unload(sql: str, _: Options) -> Plan:
    return Unload(sql)


_KINDS: Final[dict[tuple[str, ...], Callable[[str, Options], Plan]]] = {
    ("SELECT",): _query,
    ("WITH",): _query_or_change,
    ("(",): _query,
    ("INSERT", "INTO"): _change,
    ("UPDATE",): _change,
    ("DELETE", "FROM"): _change,
    ("MERGE", "INTO"): merge,
    ("EXPLAIN",): _explain,
    ("COPY",): _load,
    ("UNLOAD",): _unload,
    ("CREATE", "TABLE"): create_table,
    ("CREATE", "TEMP", "TABLE"): create_table,
    ("CREATE", "TEMPORARY", "TABLE"): create_table,
    ("ALTER", "TABLE"): alter_table,
    ("CREATE", "VIEW"): objects.create_view,
    ("CREATE", "OR", "REPLACE", "VIEW"): objects.create_view,
    ("CREATE", "DATABASE"): objects.create_database,
    ("CREATE", "SCHEMA"): objects.create_schema,
    ("DROP", "TABLE"): objects.drop,
    ("DROP", "VIEW"): objects.drop,
    ("DROP", "SCHEMA"): objects.drop,
    ("DROP", "DATABASE"): objects.drop_database,
    ("TRUNCATE",): objects.truncate,
    ("VACUUM",): objects.vacuum,
    ("ANALYZE",): objects.analyze,
    ("LOCK",): objects.lock,
    ("COMMENT", "ON"): objects.comment,
    ("GRANT",): access.grant,
    ("REVOKE",): access.revoke,
    ("CREATE", "USER"): access.create_user,
    ("ALTER", "USER"): access.alter_user,
    ("DROP", "USER"): access.drop_principal,
    ("CREATE", "GROUP"): access.create_group,
    ("DROP", "GROUP"): access.drop_principal,
    ("CREATE", "ROLE"): access.create_group,
    ("DROP", "ROLE"): access.drop_principal,
    ("SET",): parameters.set_parameter,
    ("RESET",): parameters.reset_parameter,
    ("SHOW",): parameters.show,
    ("BEGIN",): parameters.begin,
    ("COMMIT",): parameters.end,
    ("END",): parameters.end,
    ("ROLLBACK",): parameters.end,
    ("ABORT",): parameters.end,
}
