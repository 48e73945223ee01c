"""INSERT, UPDATE, DELETE and MERGE."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_OUTER: Final = frozenset({"LEFT", "RIGHT", "FULL"})
_CHANGES: Final = frozenset({"INSERT", "UPDATE", "DELETE", "MERGE"})


def changes(statement: Statement) -> bool:
    """Whether the statement changes rows."""
    return bool(_CHANGES & set(statement.words[:1])) or statement.word(0) == "WITH"


def returning(statement: Statement, index: int) -> Iterator[Finding]:
    """`RETURNING ...`."""
    named = statement.word(index - 1) in {".", "AS", ",", "SELECT"}
    if changes(statement) and statement.depths[index] == 0 and not named:
        yield Finding(
            "returning", "RETURNING", "RETURNING is not supported", statement.starts[index]
        )


def on_conflict(statement: Statement, index: int) -> Iterator[Finding]:
    """`ON CONFLICT ...`."""
    if statement.word(index - 1) == "ON" and statement.word(0) in {"INSERT", "WITH"}:
        yield Finding(
            "on-conflict",
            "ON CONFLICT",
            "ON CONFLICT is not supported, nor are keys enforced: use MERGE",
            statement.starts[index - 1],
        )


def insert_behind_with(statement: Statement) -> Iterator[Finding]:
    """`WITH ... INSERT`: Redshift's INSERT has its WITH in the query (r_INSERT_30)."""
    place = statement.find("INSERT")
    if place is not None:
        yield Finding(
            "with-insert",
            "WITH before INSERT",
            "WITH stands in the query: INSERT INTO t WITH ... SELECT",
            statement.starts[place],
        )


def insert(statement: Statement) -> Iterator[Finding]:
    """`INSERT INTO t AS x`, `OVERRIDING SYSTEM VALUE`."""
    behind = statement.name_end(2)
    if statement.word(behind) == "(" and statement.word(behind + 1) not in {"SELECT", "WITH", "("}:
        behind = statement.closing(behind) + 1
    if statement.word(behind) in {"AS", "OVERRIDING"}:
        written = statement.words[behind]
        yield Finding(
            "insert-option",
            f"INSERT ... {written}",
            f"INSERT takes no {written}",
            statement.starts[behind],
        )


def delete(statement: Statement, index: int) -> Iterator[Finding]:
    """`DELETE FROM t AS x`: an alias is for UPDATE's target only (r_DELETE, r_UPDATE)."""
    if statement.depths[index] or statement.word(index + 1) != "FROM":
        return
    behind = statement.name_end(index + 2)
    if statement.word(index + 2) != "ONLY" and statement.word(behind) not in {"", "USING", "WHERE"}:
        yield Finding(
            "delete-alias",
            "alias of DELETE's target",
            "the target of DELETE takes no alias",
            statement.starts[behind],
        )


def update(statement: Statement) -> Iterator[Finding]:
    """Outer joins in FROM, and `SET t.column` (r_UPDATE)."""
    start = statement.find("SET") or 0
    origin = statement.find("FROM", start)
    end = statement.find("WHERE", start)
    if statement.follow(start + 2, "."):
        yield Finding(
            "set-target",
            "SET of a qualified column",
            "SET names the column without its table",
            statement.starts[start + 1],
        )
    if origin is None:
        return
    for index in range(origin, end if end is not None else len(statement.words)):
        outer = statement.words[index] in _OUTER and statement.word(index + 1) in {"JOIN", "OUTER"}
        if outer and statement.depths[index] == 0:
            yield Finding(
                "update-join",
                "outer join in UPDATE FROM",
                "FROM of an UPDATE takes no outer join: put it into a subquery",
                statement.starts[index],
            )


def merge(statement: Statement) -> Iterator[Finding]:
    """MERGE (r_MERGE): a plain target, a table as source, one clause of each kind."""
    target = 2 if statement.word(1) == "INTO" else 1
    behind = statement.name_end(target)
    if statement.word(behind) != "USING":
        yield Finding(
            "merge-alias",
            "alias of MERGE's target",
            "the target of MERGE takes no alias",
            statement.starts[min(behind, len(statement.starts) - 1)],
        )
    source = (statement.find("USING") or 0) + 1
    if statement.word(source) == "(":
        yield Finding(
            "merge-source",
            "subquery as MERGE's source",
            "the source of MERGE must be a table: make a temporary one",
            statement.starts[source],
        )
    yield from _clauses(statement)


def _clauses(statement: Statement) -> Iterator[Finding]:
    clauses = [
        index
        for index, word in enumerate(statement.words)
        if word == "WHEN" and statement.depths[index] == 0 and _of_merge(statement, index)
    ]
    found = []
    for index in clauses:
        found.append("MATCHED" if statement.word(index + 1) == "MATCHED" else "NOT MATCHED")
        behind = index + 2 if found[-1] == "MATCHED" else index + 3
        if statement.word(behind) == "AND":
            yield Finding(
                "merge-condition",
                "WHEN ... AND",
                "a clause of MERGE takes no condition of its own",
                statement.starts[behind],
            )
        elif statement.word(behind) == "BY" or "DO" in statement.words[behind : behind + 2]:
            yield _wrong_clauses(statement, behind)
    if statement.words[-2:] == ("REMOVE", "DUPLICATES") and not clauses:
        return
    if found != ["MATCHED", "NOT MATCHED"]:
        yield _wrong_clauses(statement, clauses[0] if clauses else 0)


def _of_merge(statement: Statement, index: int) -> bool:
    return statement.word(index + 1) == "MATCHED" or statement.word(index + 2) == "MATCHED"


def _wrong_clauses(statement: Statement, index: int) -> Finding:
    return Finding(
        "merge-clauses",
        "clauses of MERGE",
        "MERGE takes WHEN MATCHED THEN UPDATE or DELETE, then WHEN NOT MATCHED THEN INSERT, "
        "once each, or REMOVE DUPLICATES",
        statement.starts[index],
    )


WORDS: Final = {"DELETE": (delete,), "RETURNING": (returning,), "CONFLICT": (on_conflict,)}
HEADS: Final = {
    "WITH": (insert_behind_with,),
    "INSERT": (insert,),
    "UPDATE": (update,),
    "MERGE": (merge,),
}
