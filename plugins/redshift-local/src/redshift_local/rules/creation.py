"""CREATE TABLE and CREATE VIEW."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding
from redshift_local.rules.names import system_column_finding
from redshift_local.rules.types import type_findings
from redshift_local.rules.words import RESERVED, SYSTEM_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_CONSTRAINTS: Final = frozenset({"PRIMARY KEY", "UNIQUE", "FOREIGN KEY", "CONSTRAINT"})
_TABLE_OPTIONS: Final = frozenset(
    {"BACKUP", "DISTSTYLE", "DISTKEY", "SORTKEY", "COMPOUND", "INTERLEAVED", "ENCODE", "AS"}
    | {"AUTO", "REFRESH"}
)
_REFUSED_ATTRIBUTES: Final = {
    ("CHECK",): "CHECK",
    ("EXCLUDE",): "EXCLUDE",
    ("DEFERRABLE",): "DEFERRABLE",
    ("INITIALLY",): "INITIALLY DEFERRED",
    ("STORED",): "a generated column",
    ("GENERATED", "ALWAYS"): "GENERATED ALWAYS",
    ("INCLUDING", "ALL"): "LIKE ... INCLUDING ALL",
    ("INCLUDING", "CONSTRAINTS"): "LIKE ... INCLUDING CONSTRAINTS",
    ("INCLUDING", "INDEXES"): "LIKE ... INCLUDING INDEXES",
    ("ON", "DELETE"): "ON DELETE",
    ("ON", "UPDATE"): "ON UPDATE",
}


def create(statement: Statement) -> Iterator[Finding]:
    """CREATE TABLE, CREATE VIEW and CREATE MATERIALIZED VIEW."""
    for kind, check in (("TABLE", _table), ("VIEW", _view)):
        place = statement.find(kind)
        if place is not None and place < _LAST_KIND:
            yield from check(statement, place)
            return


_LAST_KIND: Final = 5
"""`CREATE OR REPLACE LOCAL TEMPORARY TABLE`: the kind is among the first words."""


def _table(statement: Statement, place: int) -> Iterator[Finding]:
    exists = statement.follow(place + 1, "IF", "NOT", "EXISTS")
    behind = statement.name_end(place + 4 if exists else place + 1)
    definition = statement.find("AS")
    if exists and definition is not None:
        yield Finding(
            "table-as-exists",
            "CREATE TABLE IF NOT EXISTS ... AS",
            "CREATE TABLE AS takes no IF NOT EXISTS",
            statement.starts[place + 1],
        )
    if statement.word(behind) == "(":
        if not _is_query(statement, behind):
            yield from _columns(statement, behind, named_only=definition is not None)
            yield from _super_keys(statement, behind)
        behind = statement.closing(behind) + 1
    yield from _options(statement, behind)


def _is_query(statement: Statement, opening: int) -> bool:
    return statement.word(opening + 1) in {"SELECT", "WITH"}


def _columns(statement: Statement, opening: int, *, named_only: bool) -> Iterator[Finding]:
    for first, end in statement.items(opening):
        word = statement.words[first]
        yield from _attributes(statement, first, end)
        if word in _CONSTRAINTS or word in {"LIKE", "CHECK", "EXCLUDE"}:
            continue
        yield from column_name(statement, first)
        if not named_only:
            yield from type_findings(statement, first + 1)


def _super_keys(statement: Statement, opening: int) -> Iterator[Finding]:
    """SUPER columns as keys, which they cannot be."""
    supers = {
        statement.values[first].lower()
        for first, _ in statement.items(opening)
        if statement.word(first + 1) == "SUPER"
    }
    for index in range(opening, len(statement.words)):
        if statement.words[index] in {"DISTKEY", "SORTKEY"}:
            for name, offset in _keyed(statement, index):
                if name in supers:
                    yield Finding(
                        "super-key",
                        f"{statement.words[index]} of a SUPER column",
                        f"the SUPER column {name} cannot be a {statement.words[index]}",
                        offset,
                    )


def _keyed(statement: Statement, index: int) -> Iterator[tuple[str, int]]:
    """The columns of a DISTKEY or SORTKEY: those named behind it, or the one it is written at."""
    if statement.word(index + 1) == "(":
        for first, _ in statement.items(index + 1):
            yield statement.values[first].lower(), statement.starts[first]
        return
    first = index
    while first and not (statement.words[first - 1] in {"(", ","} and statement.depths[first] == 1):
        first -= 1
    yield statement.values[first].lower(), statement.starts[index]


def column_name(statement: Statement, index: int) -> Iterator[Finding]:
    """What is wrong with a column's name at `index`."""
    offset = statement.starts[index]
    if statement.words[index] in RESERVED:
        name = statement.values[index]
        yield Finding("reserved-word", name, f'{name} is a reserved word: write "{name}"', offset)
    if statement.values[index].lower() in SYSTEM_COLUMNS:
        yield system_column_finding(statement.values[index], offset)


def _attributes(statement: Statement, first: int, end: int) -> Iterator[Finding]:
    depth = statement.depths[first]
    for index in range(first, end):
        if statement.depths[index] != depth:
            continue
        for words, written in _REFUSED_ATTRIBUTES.items():
            if statement.follow(index, *words):
                yield Finding(
                    "column-attribute",
                    written,
                    f"{written} is not supported in CREATE TABLE",
                    statement.starts[index],
                )


def _options(statement: Statement, index: int) -> Iterator[Finding]:
    while index < len(statement.words):
        word = statement.words[index]
        if word == "AS":
            return
        if word not in _TABLE_OPTIONS:
            yield Finding(
                "table-option",
                word,
                f"CREATE TABLE takes no {word}: DISTSTYLE, DISTKEY, SORTKEY, BACKUP, ENCODE AUTO",
                statement.starts[index],
            )
            return
        index = _behind_option(statement, index)


def _behind_option(statement: Statement, index: int) -> int:
    word = statement.words[index]
    index += 1
    if word in {"COMPOUND", "INTERLEAVED"}:
        return index
    if statement.word(index) == "(":
        return statement.closing(index) + 1
    return index + 1


def _view(statement: Statement, place: int) -> Iterator[Finding]:
    if statement.follow(place + 1, "IF", "NOT", "EXISTS"):
        yield Finding(
            "view-option",
            "CREATE VIEW IF NOT EXISTS",
            "CREATE VIEW takes no IF NOT EXISTS: use CREATE OR REPLACE VIEW",
            statement.starts[place + 1],
        )
        return
    behind = statement.name_end(place + 1)
    if statement.words[-2:] == ("CHECK", "OPTION"):
        yield _view_option(statement, len(statement.words) - 2, "WITH CHECK OPTION")
    if statement.word(behind) == "WITH":
        yield _view_option(statement, behind, "WITH (...)")


def _view_option(statement: Statement, index: int, written: str) -> Finding:
    return Finding(
        "view-option", written, f"CREATE VIEW takes no {written}", statement.starts[index]
    )


HEADS: Final = {"CREATE": (create,)}
