"""Types in queries: which there are, and what they are without arguments."""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from redshift_local.errors import Refused
from redshift_local.rules.types import MAX_CHAR, MAX_VARCHAR

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
# What MAX stands for; that a length or a precision is within limits is for the rules to say.
_LENGTHS: Final = {
    _T.VARCHAR: MAX_VARCHAR,
    _T.NVARCHAR: MAX_VARCHAR,
    _T.CHAR: MAX_CHAR,
    _T.NCHAR: MAX_CHAR,
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
    if kind.this is _T.DECIMAL and not kind.expressions:  # unlike in Postgres
        kind.set("expressions", [_parameter(18), _parameter(0)])
    elif kind.this in _LENGTHS and kind.expressions and kind.expressions[0].name.upper() == "MAX":
        kind.set("expressions", [_parameter(_LENGTHS[kind.this])])
    return kind


def _parameter(number: int) -> exp.DataTypeParam:
    return exp.DataTypeParam(this=exp.Literal.number(number))
