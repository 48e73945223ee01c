"""Types in queries: which there are, and what they are without arguments."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from redshift_local.errors import Refused
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
_LENGTHS: Final = {
    _T.VARCHAR: LONGEST_VARCHAR,
    _T.NVARCHAR: LONGEST_VARCHAR,
    _T.CHAR: LONGEST_CHAR,
    _T.NCHAR: LONGEST_CHAR,
}


def rewrite_cast(node: exp.Expr) -> exp.Expr:
    """What stands for a cast or a type in the engine; the node itself when it is neither.

    The engine's own casts cut text at a length in bytes, as Redshift's do; SUPER reads an untyped
    literal as a string, where Postgres would read JSON.
    """
    if isinstance(node, exp.DataType):
        return _checked_type(node)
    if (
        isinstance(node, exp.Cast)
        and node.to.this is _T.SUPER
        and isinstance(node.this, exp.Literal)
        and node.this.is_string
    ):
        node.set("this", exp.Cast(this=node.this, to=exp.DataType(this=_T.VARCHAR)))
    return node


def _checked_type(kind: exp.DataType) -> exp.Expr:
    if kind.this not in _KNOWN:
        name = str(getattr(kind.this, "value", kind.this)).lower()
        raise Refused(f"type {name.upper()}", f'type "{name}" does not exist', sqlstate="42704")
    if kind.this is _T.DECIMAL:
        _check_decimal(kind)
    elif kind.this in _LENGTHS and kind.expressions:
        _check_length(kind)
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


def _check_length(kind: exp.DataType) -> None:
    text = kind.expressions[0].name
    longest = _LENGTHS[kind.this]
    length = longest if text.upper() == "MAX" else int(text)
    kind.set("expressions", [_parameter(checked_length(length, longest))])


def _parameter(number: int) -> exp.DataTypeParam:
    return exp.DataTypeParam(this=exp.Literal.number(number))
