"""Casts: Redshift's types, their defaults, and how text is cut to a length in bytes."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.translate.paths import engine_call
from redshift_local.translate.types import (
    LONGEST_CHAR,
    LONGEST_VARCHAR,
    WIDEST_DECIMAL,
    checked_length,
)

_T: Final = exp.DType
_KNOWN: Final = frozenset(
    {
        _T.SMALLINT,
        _T.INT,
        _T.BIGINT,
        _T.DECIMAL,
        _T.FLOAT,
        _T.DOUBLE,
        _T.BOOLEAN,
        _T.CHAR,
        _T.NCHAR,
        _T.BPCHAR,
        _T.VARCHAR,
        _T.NVARCHAR,
        _T.TEXT,
        _T.DATE,
        _T.TIME,
        _T.TIMETZ,
        _T.TIMESTAMP,
        _T.TIMESTAMPTZ,
        _T.SUPER,
        _T.VARBINARY,
        _T.NAME,
        _T.INTERVAL,
    }
)
_CUT: Final = {_T.VARCHAR: "varchar", _T.NVARCHAR: "varchar", _T.CHAR: "char", _T.NCHAR: "char"}


def rewrite_cast(node: exp.Expr) -> exp.Expr:
    """What stands for a cast in the engine; the node itself when it is none."""
    if isinstance(node, exp.DataType):
        return _checked_type(node)
    if isinstance(node, exp.Cast) and node.to.this in _CUT:
        return _cut(node)
    return node


def _checked_type(kind: exp.DataType) -> exp.Expr:
    if kind.this not in _KNOWN:
        name = str(getattr(kind.this, "value", kind.this)).lower()
        raise Refused(f"type {name.upper()}", f'type "{name}" does not exist', sqlstate="42704")
    if kind.this is _T.DECIMAL:
        _check_decimal(kind)
    return kind


def _check_decimal(kind: exp.DataType) -> None:
    """DECIMAL without arguments is DECIMAL(18, 0), unlike in Postgres."""
    if not kind.expressions:
        kind.set("expressions", [_parameter(18), _parameter(0)])
    precision = int(kind.expressions[0].name)
    if not 1 <= precision <= WIDEST_DECIMAL:
        raise Refused(
            f"DECIMAL({precision})",
            f"DECIMAL precision {precision} must be between 1 and {WIDEST_DECIMAL}",
            sqlstate="22023",
        )


def _cut(node: exp.Cast) -> exp.Expr:
    """An explicit cast cuts text at the length in bytes, never inside of a character.

    VARCHAR without a length takes any in an expression; CHAR without one is CHAR(1).
    https://docs.aws.amazon.com/redshift/latest/dg/r_Character_types.html
    """
    fixed = _CUT[node.to.this] == "char"
    length = _length(node.to, LONGEST_CHAR if fixed else LONGEST_VARCHAR)
    if length is None and not fixed:
        return node
    length = length or 1
    kind = _data_type(_T.CHAR if fixed else _T.VARCHAR, length)
    if _is_short_text(node.this, length):
        return exp.Cast(this=node.this, to=kind)
    text = exp.Cast(this=node.this, to=exp.DataType(this=_T.VARCHAR))
    return exp.Cast(this=engine_call("truncate_bytes", text, exp.Literal.number(length)), to=kind)


def _is_short_text(node: exp.Expr, length: int) -> bool:
    return isinstance(node, exp.Null) or (
        isinstance(node, exp.Literal) and node.is_string and len(node.name.encode()) <= length
    )


def _length(kind: exp.DataType, longest: int) -> int | None:
    if not kind.expressions:
        return None
    text = kind.expressions[0].name
    return checked_length(longest if text.upper() == "MAX" else int(text), longest)


def _data_type(kind: exp.DType, length: int) -> exp.DataType:
    return exp.DataType(this=kind, expressions=[_parameter(length)])


def _parameter(number: int) -> exp.DataTypeParam:
    return exp.DataTypeParam(this=exp.Literal.number(number))
