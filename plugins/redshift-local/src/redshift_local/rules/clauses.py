"""Clauses of queries that Postgres has and Redshift has not, told by their words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_CHANGES: Final = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})
_BEFORE_A_QUERY: Final = frozenset(
    {"", "(", ",", "AS", "FROM", "JOIN", "UNION", "ALL", "EXCEPT", "INTERSECT", "EXPLAIN"}
)


def distinct_on(statement: Statement, index: int) -> Iterator[Finding]:
    """`DISTINCT ON (...)`."""
    if statement.follow(index, "DISTINCT", "ON", "("):
        yield Finding(
            "distinct-on",
            "DISTINCT ON",
            "DISTINCT ON is not supported: use QUALIFY row_number() OVER (...) = 1",
            statement.starts[index],
        )


def lateral(statement: Statement, index: int) -> Iterator[Finding]:
    """`LATERAL` before a subquery or a function."""
    if statement.word(index - 1) in {"FROM", ",", "JOIN"} and statement.word(index + 1) not in {
        ",",
        ")",
        "",
    }:
        yield Finding("lateral", "LATERAL", "LATERAL is not supported", statement.starts[index])


def values(statement: Statement, index: int) -> Iterator[Finding]:
    """`VALUES (...)` where a table stands (c_unsupported-postgresql-features)."""
    if statement.word(index + 1) == "(" and statement.word(index - 1) in _BEFORE_A_QUERY:
        yield Finding(
            "values",
            "VALUES as a table",
            "VALUES is for INSERT only: use SELECT ... UNION ALL SELECT ...",
            statement.starts[index],
        )


def tablesample(statement: Statement, index: int) -> Iterator[Finding]:
    """`TABLESAMPLE BERNOULLI (10)`."""
    if statement.word(index + 1) in {"BERNOULLI", "SYSTEM"}:
        yield Finding(
            "tablesample", "TABLESAMPLE", "TABLESAMPLE is not supported", statement.starts[index]
        )


def fetch_first(statement: Statement, index: int) -> Iterator[Finding]:
    """`FETCH FIRST 5 ROWS ONLY`; at a statement's start FETCH is of a cursor."""
    if index and statement.word(index + 1) in {"FIRST", "NEXT"}:
        yield Finding(
            "fetch-first",
            "FETCH FIRST",
            "FETCH FIRST is not supported: use LIMIT",
            statement.starts[index],
        )


def offset_rows(statement: Statement, index: int) -> Iterator[Finding]:
    """`OFFSET 5 ROWS`."""
    if statement.word(index + 2) in {"ROW", "ROWS"}:
        yield Finding(
            "fetch-first",
            "OFFSET n ROWS",
            "OFFSET takes a number only",
            statement.starts[index],
        )


def only(statement: Statement, index: int) -> Iterator[Finding]:
    """`FROM ONLY t`: there is no inheritance."""
    if statement.word(index - 1) in {"FROM", "UPDATE", "TRUNCATE", "JOIN", "TABLE"}:
        yield Finding("only", "ONLY", "ONLY is not supported", statement.starts[index])


def table_query(statement: Statement, index: int) -> Iterator[Finding]:
    """`TABLE t` as a query."""
    inserted = statement.word(0) == "INSERT" and statement.depths[index] == 0
    if inserted or statement.word(index - 1) in {"AS", "(", "ALL", "UNION", "EXCEPT", "EXPLAIN"}:
        yield Finding(
            "values",
            "TABLE as a query",
            "TABLE t is no query: SELECT * FROM t",
            statement.starts[index],
        )


def row_lock(statement: Statement, index: int) -> Iterator[Finding]:
    """`FOR UPDATE`, `FOR SHARE` and their like."""
    following = statement.word(index + 1)
    weak = statement.follow(index + 1, "NO", "KEY") or statement.follow(index + 1, "KEY", "SHARE")
    if following in {"UPDATE", "SHARE"} or weak:
        yield Finding(
            "row-lock",
            f"FOR {following}",
            "rows cannot be locked: use LOCK table",
            statement.starts[index],
        )


def materialized(statement: Statement, index: int) -> Iterator[Finding]:
    """`AS MATERIALIZED (...)`, `AS NOT MATERIALIZED (...)`."""
    before = statement.word(index - 1)
    if statement.word(index + 1) == "(" and before in {"AS", "NOT"}:
        yield Finding(
            "materialized-cte",
            "MATERIALIZED",
            "a common table expression takes no [NOT] MATERIALIZED",
            statement.starts[index],
        )


def changing_cte(statement: Statement, index: int) -> Iterator[Finding]:
    """`WITH x AS (DELETE ...)`."""
    if statement.word(index + 1) == "(" and statement.word(index + 2) in _CHANGES:
        yield Finding(
            "changing-cte",
            f"{statement.words[index + 2]} in WITH",
            "a common table expression cannot change data",
            statement.starts[index + 2],
        )


def set_operation(statement: Statement, index: int) -> Iterator[Finding]:
    """`EXCEPT ALL`, `INTERSECT ALL`."""
    if statement.word(index + 1) == "ALL":
        written = f"{statement.words[index]} ALL"
        yield Finding(
            "set-operation", written, f"{written} is not supported", statement.starts[index]
        )


def ordinality(statement: Statement, index: int) -> Iterator[Finding]:
    """`WITH ORDINALITY`."""
    if statement.word(index - 1) == "WITH":
        yield Finding(
            "lateral",
            "WITH ORDINALITY",
            "WITH ORDINALITY is not supported: use FROM t, t.array AS value AT position",
            statement.starts[index - 1],
        )


def qualify(statement: Statement, index: int) -> Iterator[Finding]:
    """`FROM t QUALIFY`: right behind FROM the table needs an alias (r_QUALIFY_clause)."""
    start = index - 1
    while start >= 1 and statement.words[start - 1] == ".":
        start -= 2
    if statement.word(start - 1) in {"FROM", "JOIN", ","} and statement.word(index - 1) != ")":
        yield Finding(
            "qualify-alias",
            "QUALIFY behind a table without an alias",
            "QUALIFY right behind FROM needs an alias of the table",
            statement.starts[index],
        )


WORDS: Final = {
    "DISTINCT": (distinct_on,),
    "LATERAL": (lateral,),
    "VALUES": (values,),
    "TABLESAMPLE": (tablesample,),
    "FETCH": (fetch_first,),
    "OFFSET": (offset_rows,),
    "ONLY": (only,),
    "TABLE": (table_query,),
    "FOR": (row_lock,),
    "MATERIALIZED": (materialized,),
    "AS": (changing_cte,),
    "EXCEPT": (set_operation,),
    "INTERSECT": (set_operation,),
    "MINUS": (set_operation,),
    "ORDINALITY": (ordinality,),
    "QUALIFY": (qualify,),
}
