"""Redshift's data types as the engine calls them.

https://docs.aws.amazon.com/redshift/latest/dg/c_Supported_data_types.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.errors import Refused
from redshift_local.rules.types import MAX_CHAR, MAX_VARCHAR

if TYPE_CHECKING:
    from redshift_local.translate.reader import Reader

_DECIMAL_WITHOUT_ARGUMENTS: Final = "numeric(18,0)"

_PLAIN: Final = {
    "SMALLINT": "smallint",
    "INT2": "smallint",
    "INTEGER": "integer",
    "INT": "integer",
    "INT4": "integer",
    "BIGINT": "bigint",
    "INT8": "bigint",
    "REAL": "real",
    "FLOAT4": "real",
    "FLOAT8": "double precision",
    "FLOAT": "double precision",
    "BOOLEAN": "boolean",
    "BOOL": "boolean",
    "DATE": "date",
    "TIMESTAMPTZ": "timestamptz",
    "TIMETZ": "timetz",
    "SUPER": "super",
    # without a length: VARCHAR and TEXT hold 256 bytes, BPCHAR 256, CHAR one
    "TEXT": "varchar(256)",
    "BPCHAR": "char(256)",
}
_CLOCKS: Final = {"TIMESTAMP": "timestamp", "TIME": "time"}
_VARYING: Final = ("VARCHAR", "NVARCHAR")
_FIXED: Final = ("CHAR", "CHARACTER", "NCHAR")
_DEFAULT_VARCHAR: Final = 256


def column_type(reader: Reader) -> str:
    """The type of a column, as the engine calls it.

    Raises:
        Refused: The stand-in knows no such type.
    """
    token = reader.peek()
    if token is None:
        raise reader.unexpected()
    word = token.text.upper()
    reader.at += 1
    found = (
        _PLAIN.get(word)
        or _with_arguments(reader, word)
        or ("double precision" if word == "DOUBLE" and reader.accepts("PRECISION") else None)
    )
    if found is None:
        raise Refused(f"type {word}", f'type "{word.lower()}" does not exist', sqlstate="42704")
    return found


def _with_arguments(reader: Reader, word: str) -> str | None:
    if word in _CLOCKS:
        return _clock(reader, _CLOCKS[word])
    if word in {"DECIMAL", "NUMERIC"}:
        return _decimal(reader)
    if word in _VARYING or (word in _FIXED and reader.accepts("VARYING")):
        return f"varchar({_length(reader, _DEFAULT_VARCHAR, MAX_VARCHAR)})"
    if word in _FIXED:
        return f"char({_length(reader, 1, MAX_CHAR)})"
    if word in {"VARBYTE", "VARBINARY"} or (word == "BINARY" and reader.accepts("VARYING")):
        return _bytes(reader)
    return None


def _clock(reader: Reader, name: str) -> str:
    if reader.accepts("WITH", "TIME", "ZONE"):
        return f"{name}tz"
    reader.accepts("WITHOUT", "TIME", "ZONE")
    return name


def _decimal(reader: Reader) -> str:
    if not reader.accepts("("):
        return _DECIMAL_WITHOUT_ARGUMENTS
    precision = reader.number()
    scale = reader.number() if reader.accepts(",") else 0
    reader.expects(")")
    return f"numeric({precision},{scale})"


def _length(reader: Reader, default: int, longest: int) -> int:
    if not reader.accepts("("):
        return default
    length = longest if reader.accepts("MAX") else reader.number()
    reader.expects(")")
    return length


def _bytes(reader: Reader) -> str:
    if reader.accepts("("):
        if not reader.accepts("MAX"):
            reader.number()
        reader.expects(")")
    return "bytea"
