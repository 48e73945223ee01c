"""ALTER TABLE: one action at a time, and few of them (r_ALTER_TABLE)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.creation import column_name
from redshift_local.rules.findings import Finding
from redshift_local.rules.types import type_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_ACTIONS: Final = frozenset({"ADD", "DROP", "RENAME", "OWNER", "ALTER", "APPEND", "ROW"})
_CONSTRAINTS: Final = frozenset({"PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CONSTRAINT"})
_WIDENED: Final = frozenset(
    {"VARCHAR", "CHARACTER VARYING", "CHARACTER", "NVARCHAR", "VARBYTE", "VARBINARY"}
)
_ALTERED: Final = frozenset({"TYPE", "ENCODE"})
_TABLE_WIDE: Final = frozenset(
    {"DISTKEY", "DISTSTYLE", "SORTKEY", "COMPOUND", "ENCODE", "AUTOREFRESH"}
)


def alter(statement: Statement) -> Iterator[Finding]:
    """ALTER TABLE with its action."""
    if statement.word(1) != "TABLE":
        return
    if statement.follow(2, "IF", "EXISTS"):
        yield _finding("alter-exists", "ALTER TABLE IF EXISTS", statement, 2)
        return
    action = statement.name_end(2)
    word = statement.word(action)
    if word not in _ACTIONS:
        yield _finding("alter-action", f"ALTER TABLE ... {word}", statement, action)
    check = {"RENAME": _rename, "ADD": _add, "DROP": _drop, "ALTER": _alter}.get(word)
    if check is not None:
        yield from check(statement, action)


def _finding(rule: str, construct: str, statement: Statement, index: int) -> Finding:
    offset = statement.starts[min(index, len(statement.starts) - 1)]
    return Finding(rule, construct, f"{construct} is not supported", offset)


def _add(statement: Statement, action: int) -> Iterator[Finding]:
    comma = statement.find(",", action)
    if comma is not None:
        yield Finding(
            "alter-many",
            "ALTER TABLE with several ADD",
            "ALTER TABLE adds one column at a time",
            statement.starts[comma],
        )
    column = action + 2 if statement.word(action + 1) == "COLUMN" else action + 1
    if statement.word(column) in _CONSTRAINTS:
        place = statement.find("CHECK", column)
        if place is not None:
            yield _finding("add-attribute", "ADD CONSTRAINT ... CHECK", statement, place)
        return
    if statement.follow(column, "IF", "NOT", "EXISTS"):
        yield _finding("alter-exists", "ADD COLUMN IF NOT EXISTS", statement, column)
        return
    yield from column_name(statement, column)
    yield from type_findings(statement, column + 1)
    yield from _added_attributes(statement, column + 2)


def _added_attributes(statement: Statement, start: int) -> Iterator[Finding]:
    words = statement.words[start:]
    for word in ("PRIMARY KEY", "UNIQUE", "REFERENCES", "CHECK", "IDENTITY"):
        if word in words:
            index = start + words.index(word)
            yield _finding("add-attribute", f"ADD COLUMN ... {word}", statement, index)
            return
    if "DEFAULT" not in words:
        for index in range(start, len(statement.words)):
            if statement.follow(index, "NOT", "NULL"):
                yield Finding(
                    "add-attribute",
                    "ADD COLUMN ... NOT NULL without DEFAULT",
                    "a column that is added NOT NULL needs a DEFAULT",
                    statement.starts[index],
                )


def _rename(statement: Statement, action: int) -> Iterator[Finding]:
    if statement.word(action + 1) != "TO" and (place := statement.find("TO", action)) is not None:
        yield from column_name(statement, place + 1)


def _drop(statement: Statement, action: int) -> Iterator[Finding]:
    column = action + 2 if statement.word(action + 1) == "COLUMN" else action + 1
    if statement.follow(column, "IF", "EXISTS"):
        yield _finding("alter-exists", "DROP COLUMN IF EXISTS", statement, column)
    comma = statement.find(",", action)
    if comma is not None:
        yield Finding(
            "alter-many",
            "ALTER TABLE with several DROP",
            "ALTER TABLE drops one column at a time",
            statement.starts[comma],
        )


def _alter(statement: Statement, action: int) -> Iterator[Finding]:
    if statement.word(action + 1) in _TABLE_WIDE:
        return
    column = action + 2 if statement.word(action + 1) == "COLUMN" else action + 1
    what = statement.word(column + 1)
    if what not in _ALTERED:
        yield _finding("alter-column", f"ALTER COLUMN ... {what}", statement, column + 1)
    elif what == "TYPE":
        yield from _alter_type(statement, column + 2)


def _alter_type(statement: Statement, index: int) -> Iterator[Finding]:
    if statement.word(index) not in _WIDENED:
        written = statement.word(index).lower()
        yield Finding(
            "alter-type",
            f"ALTER COLUMN ... TYPE {written}",
            f"only a VARCHAR or VARBYTE column can be altered, not to {written}",
            statement.starts[min(index, len(statement.starts) - 1)],
        )
        return
    yield from type_findings(statement, index)
    place = statement.find("USING", index)
    if place is not None:
        yield _finding("alter-column", "ALTER COLUMN ... USING", statement, place)


HEADS: Final = {"ALTER": (alter,)}
