"""Syntax of other databases that the parser would read without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_QUERY_STARTS: Final = frozenset({"", "(", "AS", "FROM", "UNION", "ALL", "EXCEPT", "INTERSECT"})


def _foreign(statement: Statement, index: int, construct: str) -> Finding:
    return Finding(
        "foreign-syntax", construct, f"{construct} is not Redshift's", statement.starts[index]
    )


def from_clause(statement: Statement, index: int) -> Iterator[Finding]:
    """`FROM t` without SELECT, `SELECT FROM t`, `SELECT a, FROM t`."""
    before = statement.word(index - 1)
    in_call = statement.word(index - 2) in {"TRIM", "("} and before == "("
    if before in _QUERY_STARTS and not in_call:
        yield _foreign(statement, index, "FROM without SELECT")
    elif before == "SELECT":
        yield _foreign(statement, index, "SELECT of nothing")
    elif before == ",":
        yield _foreign(statement, index, "a comma before FROM")


def join_kind(statement: Statement, index: int) -> Iterator[Finding]:
    """`SEMI JOIN`, `ANTI JOIN`, `ASOF JOIN`."""
    if statement.word(index + 1) == "JOIN" and statement.word(index - 1) != "AS":
        yield _foreign(statement, index, f"{statement.words[index]} JOIN")


def all_columns(statement: Statement, index: int) -> Iterator[Finding]:
    """`GROUP BY ALL`, `ORDER BY ALL`."""
    if statement.word(index + 1) == "ALL":
        yield _foreign(statement, index, f"{statement.words[index]} ALL")


def limit(statement: Statement, index: int) -> Iterator[Finding]:
    """`LIMIT 5, 10`, `LIMIT 10 PERCENT`."""
    if statement.word(index + 2) in {",", "PERCENT", "%", "BY"}:
        yield _foreign(statement, index, f"LIMIT n {statement.word(index + 2)}")


def star(statement: Statement, index: int) -> Iterator[Finding]:
    """`* EXCEPT (a)`, `* REPLACE (...)`; Redshift's own is `* EXCLUDE a`."""
    if statement.word(index - 1) not in {"SELECT", "DISTINCT", ",", "."}:  # a multiplication
        return
    following = statement.word(index + 1)
    selected = statement.word(index + 3) != "SELECT"
    if following == "REPLACE" or (
        following == "EXCEPT" and statement.word(index + 2) == "(" and selected
    ):
        yield _foreign(statement, index, f"* {following}")


def clause(statement: Statement, index: int) -> Iterator[Finding]:
    """`SORT BY`; `{'a': 1}`; what a template left behind."""
    yield _foreign(statement, index, statement.words[index])


def by_name(statement: Statement, index: int) -> Iterator[Finding]:
    """`UNION BY NAME`."""
    if "BY" in statement.words[index + 1 : index + 3]:
        yield _foreign(statement, index, "UNION BY NAME")


WORDS: Final = {
    "FROM": (from_clause,),
    "SEMI": (join_kind,),
    "ANTI": (join_kind,),
    "ASOF": (join_kind,),
    "GROUP BY": (all_columns,),
    "ORDER BY": (all_columns,),
    "LIMIT": (limit,),
    "*": (star,),
    **dict.fromkeys(("{", "{{", "{{-", "{%", "{%-"), (clause,)),
    "UNION": (by_name,),
    **dict.fromkeys(("CLUSTER BY", "DISTRIBUTE BY", "SORT BY"), (clause,)),
}
