"""Reads Redshift's SQL into a syntax tree in which every function keeps the name it was given.

sqlglot's dialects turn functions into a common vocabulary, which is what makes their transpilation
lossy: DATEDIFF counts something else, IGNORE NULLS is dropped. Here a call stays a call by its name
(`exp.Anonymous`), but for what is syntax of its own: casts, EXTRACT, TRIM, POSITION, CASE, windows.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ClassVar, Final

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.redshift import Redshift
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.redshift import RedshiftParser

from redshift_local.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

_SYNTAX_CALLS: Final = ("CAST", "CONVERT", "EXTRACT", "POSITION", "TRIM", "SUBSTRING")


class RedshiftSyntax(Redshift):
    """Redshift's grammar without sqlglot's knowledge of functions."""

    class Tokenizer(Redshift.Tokenizer):
        """Redshift's tokens; keywords that are ordinary words to Redshift are not keywords here."""

        KEYWORDS: ClassVar = {
            **{
                word: kind
                for word, kind in Redshift.Tokenizer.KEYWORDS.items()
                # `values` and `user` are reserved words; UNLOAD and the like are told by dispatch
                if word not in {"NAME", "OID", "POINT", "TYPE", "MONEY", "HSTORE", "XML"}
            },
            "VALUES": TokenType.VALUES,
        }

    class Parser(RedshiftParser):
        """The parser with calls left alone."""

        FUNCTIONS: ClassVar = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[[RedshiftParser], exp.Expr | None]]] = {
            name: RedshiftParser.FUNCTION_PARSERS[name] for name in _SYNTAX_CALLS
        }
        NO_PAREN_FUNCTION_PARSERS: ClassVar = {
            name: RedshiftParser.NO_PAREN_FUNCTION_PARSERS[name] for name in ("ANY", "CASE")
        }

        def _warn_unsupported(self) -> None:
            """Says nothing: what is not understood is refused by whoever reads the tree."""


_DIALECT: Final = RedshiftSyntax()


@functools.lru_cache(maxsize=512)
def tokenize(sql: str) -> tuple[Token, ...]:
    """The tokens of `sql`, comments left out; `start` and `end` (inclusive) are offsets in it.

    Raises:
        Refused: A string, a quoted name or a comment has no end.
    """
    try:
        return tuple(_DIALECT.tokenize(sql))
    except TokenError as error:
        raise Refused("syntax error", str(error), sqlstate="42601") from error


@functools.lru_cache(maxsize=256)
def parse_once(sql: str) -> tuple[exp.Expr, ...]:
    """The statements of `sql` as trees that all callers share: look, never change (copy first).

    Raises:
        Refused: `sql` is not of the grammar.
    """
    found = list(tokenize(sql))
    for token in found:
        token.comments = []
    try:
        trees = _DIALECT.parser().parse(found, sql)
    except ParseError as error:
        raise _syntax_error(sql, error) from error
    return tuple(tree for tree in trees if tree is not None)


def parse(sql: str) -> list[exp.Expr]:
    """The statements of `sql` as trees of the caller's own.

    Raises:
        Refused: `sql` is not of the grammar.
    """
    return [tree.copy() for tree in parse_once(sql)]


def _syntax_error(sql: str, error: ParseError) -> Refused:
    first = error.errors[0] if error.errors else {}
    near = str(first.get("highlight") or "end of input")
    line, column = first.get("line"), first.get("col")
    position = None
    if isinstance(line, int) and isinstance(column, int):
        starts = [0, *(i + 1 for i, char in enumerate(sql) if char == "\n")]
        position = max(0, starts[min(line, len(starts)) - 1] + column - len(near))
    return Refused(
        "syntax error", f'syntax error at or near "{near}"', sqlstate="42601", position=position
    )
