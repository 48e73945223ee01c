"""Types: which there are, how long they may be. A cast or a column of another type is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding
from redshift_local.rules.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

MAX_VARCHAR: Final = 65535
MAX_CHAR: Final = 4096
MAX_PRECISION: Final = 38
MAX_SCALE: Final = 37

_VARCHARS: Final = frozenset({"VARCHAR", "NVARCHAR", "CHARACTER VARYING", "CHAR VARYING"})
_CHARS: Final = frozenset({"CHAR", "CHARACTER", "NCHAR", "BPCHAR"})
_DECIMALS: Final = frozenset({"DECIMAL", "NUMERIC", "DEC"})
_PLAIN: Final = listed(
    """
    SMALLINT INT2 INTEGER INT INT4 BIGINT INT8 REAL FLOAT4 FLOAT FLOAT8 BOOLEAN BOOL TEXT DATE
    TIMESTAMP TIMESTAMPTZ TIME TIMETZ INTERVAL SUPER VARBYTE VARBINARY GEOMETRY GEOGRAPHY HLLSKETCH
    """
)
_CATALOG: Final = frozenset({"NAME", "OID", "REGCLASS", "REGPROC", "REGTYPE", '"char"'})
"""Types of the catalogs, which leader-node queries cast to."""

TYPES: Final = (
    _PLAIN
    | _VARCHARS
    | _CHARS
    | _DECIMALS
    | _CATALOG
    | {"DOUBLE PRECISION", "BINARY VARYING", "TIMESTAMP WITHOUT TIME ZONE"}
)

_FOREIGN: Final = listed(
    """
    JSON JSONB UUID XML MONEY BIT VARBIT INET CIDR MACADDR BYTEA SERIAL BIGSERIAL SMALLSERIAL HSTORE
    TSVECTOR TSQUERY POINT LINE LSEG BOX PATH POLYGON CIRCLE INT4RANGE INT8RANGE NUMRANGE TSRANGE
    TSTZRANGE DATERANGE CITEXT
    """
)
"""Types of Postgres that Redshift lacks: the ones to look for where any word may stand."""


def type_findings(statement: Statement, index: int) -> Iterator[Finding]:
    """What is wrong with the type that is written at `index`."""
    start = _unqualified(statement, index)
    name, behind = _type_name(statement, start)
    offset = statement.starts[index]
    if name not in TYPES:
        yield Finding("type", name.lower(), f"Redshift has no type {name.lower()}", offset)
        return
    if statement.word(behind) == "(":
        yield from _length(statement, name, behind, offset)
        behind = statement.closing(behind) + 1
    if statement.follow(behind, "[", "]") or statement.word(behind) == "ARRAY":
        written = f"{name.lower()}[]"
        yield Finding(
            "type", written, f"Redshift has no arrays of {name.lower()}; use SUPER", offset
        )


def _unqualified(statement: Statement, index: int) -> int:
    return index + 2 if statement.follow(index, "PG_CATALOG", ".") else index


def _type_name(statement: Statement, index: int) -> tuple[str, int]:
    word = statement.word(index)
    if word == "NATIONAL":
        word, index = "NCHAR", index + 1
    behind = index + 1
    if word in {"CHARACTER", "CHAR"} and statement.word(behind) == "VARYING":
        return "VARCHAR", behind + 1
    if word == "BIT" and statement.word(behind) == "VARYING":
        return "BIT VARYING", behind + 1
    return word, behind


def _length(statement: Statement, name: str, opening: int, offset: int) -> Iterator[Finding]:
    given = statement.values[opening + 1 : statement.closing(opening)]
    if not given or not given[0].isdigit():
        return
    length = int(given[0])
    limit = _limit(name)
    if limit is not None and not 1 <= length <= limit:
        rule = "decimal-precision" if name in _DECIMALS else "varchar-length"
        written = f"{name}({length})"
        yield Finding(rule, written, f"{written}: from 1 to {limit} in Redshift", offset)
    elif name in _DECIMALS and given[-1].isdigit() and len(given) > 1:
        yield from _scale(int(given[-1]), length, offset)


def _scale(scale: int, precision: int, offset: int) -> Iterator[Finding]:
    """Postgres takes more digits behind the point than there are digits; Redshift does not."""
    if scale > min(precision, MAX_SCALE):
        written = f"DECIMAL({precision}, {scale})"
        yield Finding("decimal-precision", written, f"{written}: the scale is too large", offset)


def _limit(name: str) -> int | None:
    if name in _VARCHARS:
        return MAX_VARCHAR
    if name in _CHARS:
        return MAX_CHAR
    return MAX_PRECISION if name in _DECIMALS else None


def cast_operator(statement: Statement, index: int) -> Iterator[Finding]:
    """`value::type`."""
    yield from type_findings(statement, index + 1)


def cast_call(statement: Statement, index: int) -> Iterator[Finding]:
    """`CAST(value AS type)`."""
    if statement.word(index + 1) != "(":
        return
    inner = statement.depths[index + 1] + 1
    place = statement.find("AS", index + 2, inner)
    if place is not None and place < statement.closing(index + 1):
        yield from type_findings(statement, place + 1)


def convert_call(statement: Statement, index: int) -> Iterator[Finding]:
    """`CONVERT(type, value)`."""
    if statement.word(index + 1) == "(":
        yield from type_findings(statement, index + 2)


def foreign_literal(statement: Statement, index: int) -> Iterator[Finding]:
    """`json '...'`: a literal of a type that is not there."""
    if statement.word(0) in {"COPY", "UNLOAD"}:  # JSON 'auto'
        return
    if statement.word(index + 1) == "'" and statement.word(index - 1) not in {".", "::", "AS"}:
        name = statement.words[index].lower()
        yield Finding("type", name, f"Redshift has no type {name}", statement.starts[index])


def bit_string(statement: Statement, index: int) -> Iterator[Finding]:
    """`B'101'`, `X'1F'`: bit strings."""
    start = statement.starts[index]
    if statement.word(index + 1) == "'" and statement.starts[index + 1] == start + 1:
        yield Finding("type", "bit string", "Redshift has no type bit", start)


WORDS: Final = {
    "::": (cast_operator,),
    "CAST": (cast_call,),
    "CONVERT": (convert_call,),
    "B": (bit_string,),
    "X": (bit_string,),
    **dict.fromkeys(_FOREIGN, (foreign_literal,)),
}
