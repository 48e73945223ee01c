"""Runs every rule over every statement."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final, TypeVar

from redshift_local.errors import Refused
from redshift_local.rules import (
    alteration,
    blocks,
    calls,
    changes,
    clauses,
    copying,
    correlation,
    creation,
    dateparts,
    dialects,
    expressions,
    kinds,
    names,
    recursion,
    relations,
    types,
    windows,
)
from redshift_local.rules.findings import Finding, Violation, located
from redshift_local.rules.query import query_of
from redshift_local.rules.statement import split

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from sqlglot import exp

    from redshift_local.rules.query import NodeRule, Query
    from redshift_local.rules.statement import Statement

    WordRule = Callable[[Statement, int], Iterator[Finding]]
    HeadRule = Callable[[Statement], Iterator[Finding]]
    QueryRule = Callable[[Statement, Query], Iterator[Finding]]

MAX_BYTES: Final = 16 * 1024 * 1024
"""Of one statement (r_UPDATE and others)."""

_OPENS: Final = frozenset({"BEGIN", "START"})
_CLOSES: Final = frozenset({"COMMIT", "END", "ROLLBACK", "ABORT"})

_Key = TypeVar("_Key")
_Rule = TypeVar("_Rule")


def _gathered(*tables: Mapping[_Key, tuple[_Rule, ...]]) -> dict[_Key, tuple[_Rule, ...]]:
    gathered: defaultdict[_Key, tuple[_Rule, ...]] = defaultdict(tuple)
    for table in tables:
        for key, rules in table.items():
            gathered[key] += rules
    return dict(gathered)


_BY_WORD: Final[Mapping[str, tuple[WordRule, ...]]] = _gathered(
    calls.WORDS,
    changes.WORDS,
    clauses.WORDS,
    dialects.WORDS,
    expressions.WORDS,
    types.WORDS,
    windows.WORDS,
)
_BY_HEAD: Final[Mapping[str, tuple[HeadRule, ...]]] = _gathered(
    alteration.HEADS, changes.HEADS, copying.HEADS, creation.HEADS, kinds.HEADS
)
_BY_NODE: Final[Mapping[type[exp.Expr], tuple[NodeRule, ...]]] = _gathered(
    blocks.NODES,
    calls.NODES,
    dateparts.NODES,
    expressions.NODES,
    names.NODES,
    recursion.NODES,
    windows.NODES,
)
_OF_QUERIES: Final[tuple[QueryRule, ...]] = (
    *blocks.QUERIES,
    *correlation.QUERIES,
    *names.QUERIES,
    *relations.QUERIES,
)


def check(sql: str) -> list[Violation]:
    """What Redshift would refuse in the statements of `sql`, in the order of their places."""
    return [located(finding, sql) for finding in find(sql)]


def check_file(path: Path) -> list[Violation]:
    """What Redshift would refuse in a file of statements.

    Raises:
        OSError: The file cannot be read.
        UnicodeDecodeError: It is not UTF-8.
    """
    return check(path.read_text(encoding="utf-8"))


def find(sql: str) -> list[Finding]:
    """As `check`, with offsets instead of lines: what a translator turns into errors."""
    found: list[Finding] = []
    open_transaction = False
    try:
        for statement in split(sql):
            head = statement.word(0)
            open_transaction = (open_transaction or head in _OPENS) and head not in _CLOSES
            if open_transaction and (finding := kinds.in_transaction(statement)) is not None:
                found.append(finding)
            found.extend(_check(statement))
    except Refused as refusal:
        found.append(_syntax(refusal, 0))
    return sorted(found, key=lambda finding: finding.offset)


def _check(statement: Statement) -> list[Finding]:
    found = [*kinds.known(statement), *_too_long(statement)]
    for rule in _BY_HEAD.get(statement.word(0), ()):
        found.extend(rule(statement))
    for index, word in enumerate(statement.words):
        for word_rule in _BY_WORD.get(word, ()):
            found.extend(word_rule(statement, index))
    try:
        query = query_of(statement)
    except Refused as refusal:
        return found or [_syntax(refusal, statement.base)]
    if query is not None:
        found.extend(_of_query(statement, query))
    return found


def _too_long(statement: Statement) -> Iterator[Finding]:
    if len(statement.text) * 4 > MAX_BYTES and len(statement.text.encode()) > MAX_BYTES:
        yield Finding(
            "statement-size",
            "statement over 16 MB",
            "a statement has at most 16 MB",
            statement.starts[0],
        )


def _of_query(statement: Statement, query: Query) -> Iterator[Finding]:
    for kind, node_rules in _BY_NODE.items():
        for node in query.nodes.get(kind, ()):
            for node_rule in node_rules:
                yield from node_rule(node, query)
    for query_rule in _OF_QUERIES:
        yield from query_rule(statement, query)


def _syntax(refusal: Refused, base: int) -> Finding:
    return Finding("syntax", refusal.construct, refusal.message, base + (refusal.position or 0))
