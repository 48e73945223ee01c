"""The columns that a COPY fills, by the engine's catalog."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redshift_local.loading.backend import EngineError

if TYPE_CHECKING:
    from redshift_local.loading.backend import Backend
    from redshift_local.loading.command import CopyCommand

# Postgres keeps a length with four bytes added.
_HEADER: Final = 4


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: As it is in the catalog.
        type: Name in pg_type (`int4`, `varchar`, `bpchar`, `timestamptz`, `super`).
        length: Bytes of a varchar or char; precision of a numeric; none if it has none.
        scale: Scale of a numeric.
        required: NOT NULL.
        identity: Filled by the database.
    """

    name: str
    type: str
    length: int | None = None
    scale: int = 0
    required: bool = False
    identity: bool = False

    @property
    def is_text(self) -> bool:
        """Whether an empty field is a value and not a null."""
        return self.type in {"varchar", "bpchar", "text"}

    @property
    def declared_length(self) -> str:
        """Length as the load tables show it."""
        if self.type == "numeric" and self.length is not None:
            return f"{self.length}, {self.scale}"
        return str(self.length or 0)


@dataclass(frozen=True)
class Target:
    """The table that is loaded, and what of it.

    Attributes:
        oid: The table's number.
        name: Quoted, with its schema if the statement gave one.
        columns: Those that get values, in the files' order.
    """

    oid: int
    name: str
    columns: tuple[Column, ...]

    @property
    def column_list(self) -> str:
        """The columns, quoted, for the engine's COPY."""
        return ", ".join(identifier(column.name) for column in self.columns)


def identifier(name: str) -> str:
    """A name, quoted."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A string constant, whatever `standard_conforming_strings` is."""
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"E'{escaped}'"


def find_target(backend: Backend, command: CopyCommand) -> Target:
    """Look up the table and its columns.

    Raises:
        EngineError: No such table or column.
    """
    name = ".".join(identifier(part) for part in command.table if part is not None)
    try:
        oid, columns = columns_of(backend, name)
    except EngineError as error:
        if error.sqlstate not in {"42P01", "3F000"}:
            raise
        # Redshift's words, as its clients quote them.
        message = f"Cannot COPY into nonexistent table {command.name}"
        raise EngineError(sqlstate="XX000", message=message) from error
    return Target(oid, name, _chosen(columns, command))


def columns_of(backend: Backend, name: str) -> tuple[int, list[Column]]:
    """A relation's number and columns.

    Args:
        backend: The connection.
        name: Its name, quoted where it needs to be.
    """
    rows = backend.query(_CATALOG.format(literal(name)))
    return int(rows[0][0] or 0), [_column(row) for row in rows]


_CATALOG: Final = """
SELECT a.attrelid::int8, a.attname, t.typname, a.atttypmod, a.attnotnull, a.attidentity <> ''
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid
WHERE a.attrelid = {}::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum"""


def _chosen(columns: list[Column], command: CopyCommand) -> tuple[Column, ...]:
    if not command.columns:
        return tuple(column for column in columns if not column.identity)
    by_name = {column.name: column for column in columns}
    for name in command.columns:
        if name not in by_name:
            raise EngineError(
                sqlstate="42703",
                message=f'column "{name}" of relation "{command.name}" does not exist',
            )
        if command.columns.count(name) > 1:
            message = f'column "{name}" specified more than once'
            raise EngineError(sqlstate="42701", message=message)
    return tuple(by_name[name] for name in command.columns)


def _column(row: tuple[str | None, ...]) -> Column:
    _, name, kind, modifier, required, identity = (value or "" for value in row)
    length, scale = _lengths(kind, int(modifier))
    return Column(name, kind, length, scale, required == "t", identity == "t")


def _lengths(kind: str, modifier: int) -> tuple[int | None, int]:
    if modifier < _HEADER or kind not in {"varchar", "bpchar", "numeric"}:
        return None, 0
    packed = modifier - _HEADER
    if kind == "numeric":
        return packed >> 16, packed & 0x7FF
    return packed, 0
