"""Finds what kind of statement it is; a kind that is not listed is refused."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from sqlglot import TokenType

from redshift_local.errors import Refused
from redshift_local.parsing import tokenize
from redshift_local.translate.plans import Forward, Load, Options, Plan, Unload
from redshift_local.translate.query import change_sql, query_sql
from redshift_local.translate.reader import words
from redshift_local.translate.tables import create_table

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST_START: Final = 4


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


@functools.lru_cache(maxsize=512)
def translate(sql: str, options: Options) -> Plan:
    """The plan for one statement.

    Raises:
        Refused: Redshift would not take the statement, or the stand-in does not know it.
    """
    start = tuple(token.text.upper() for token in words(sql)[:_LONGEST_START])
    for length in range(len(start), 0, -1):
        found = _KINDS.get(start[:length])
        if found is not None:
            return found(sql, options)
    construct = " ".join(start[:2]) or "empty statement"
    raise Refused(construct, f"the stand-in knows no statement that starts with {construct}")


def _query(sql: str, options: Options) -> Plan:
    return Forward(query_sql(sql, options))


def _change(sql: str, options: Options) -> Plan:
    return Forward(change_sql(sql, options))


def _as_it_is(sql: str, _: Options) -> Plan:
    return Forward(sql.strip().rstrip(";"))


def _load(sql: str, _: Options) -> Plan:
    return Load(sql)


def _unload(sql: str, _: Options) -> Plan:
    return Unload(sql)


_KINDS: Final[dict[tuple[str, ...], Callable[[str, Options], Plan]]] = {
    ("SELECT",): _query,
    ("WITH",): _query,
    ("(",): _query,
    ("INSERT", "INTO"): _change,
    ("MERGE", "INTO"): _change,
    ("UPDATE",): _change,
    ("DELETE",): _change,
    ("CREATE", "TABLE"): create_table,
    ("CREATE", "TEMP", "TABLE"): create_table,
    ("CREATE", "TEMPORARY", "TABLE"): create_table,
    ("DROP", "TABLE"): _as_it_is,
    ("CREATE", "SCHEMA"): _as_it_is,
    ("BEGIN",): _as_it_is,
    ("COMMIT",): _as_it_is,
    ("ROLLBACK",): _as_it_is,
    ("COPY",): _load,
    ("UNLOAD",): _unload,
}
