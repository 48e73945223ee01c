"""Reads Redshift's SQL into a syntax tree in which every function keeps the name it was given.

sqlglot's dialects turn functions into a common vocabulary, which is what makes their transpilation
lossy: DATEDIFF counts something else, IGNORE NULLS is dropped. Here a call stays a call by its name
(`exp.Anonymous`), but for what is syntax of its own: casts, EXTRACT, TRIM, POSITION, CASE, windows.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlglot import Token, TokenType, exp
from sqlglot.dialects.redshift import Redshift
from sqlglot.errors import ParseError, TokenError
from sqlglot.parsers.redshift import RedshiftParser

from redshift_local.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable

_NAMES: Final = frozenset({TokenType.VAR, TokenType.IDENTIFIER})
_STEPS: Final = frozenset(RedshiftParser.ID_VAR_TOKENS) | _NAMES
_TABLE_PARTS: Final = 3
_SYNTAX_CALLS: Final = ("CAST", "CONVERT", "EXTRACT", "POSITION", "TRIM", "SUBSTRING")


class Iteration(exp.Expression):
    """A FROM item that goes through a SUPER value: `path AS alias AT position`, or UNPIVOT of one.

    `from t, t.items i` without AT is an `exp.Table` still: only the names in scope tell it apart.
    """

    arg_types: ClassVar = {"this": True, "alias": False, "position": False, "unpivot": False}


class RedshiftSyntax(Redshift):
    """Redshift's grammar without sqlglot's knowledge of functions."""

    class Tokenizer(Redshift.Tokenizer):
        """Redshift's tokens; keywords that are ordinary words to Redshift are not keywords here."""

        KEYWORDS: ClassVar = {
            **{
                word: kind
                for word, kind in Redshift.Tokenizer.KEYWORDS.items()
                if word not in {"OID", "POINT", "TYPE", "MONEY", "HSTORE", "XML"}
            },
            "VALUES": TokenType.VALUES,
        }
        # Else all that stands behind LOCK, SHOW or VACUUM is one text.
        COMMANDS: ClassVar[set[TokenType]] = set()
        # sqlglot takes what stands between the dollars of `($1,$2)` for the tag of a quotation:
        # only the tags that are really sent (dbt's, in COMMENT ON) are quotations here.
        HEREDOC_STRINGS: ClassVar[list[str | tuple[str, str]]] = []
        RAW_STRINGS: ClassVar = [(tag, tag) for tag in ("$$", "$dbt_comment_literal_block$")]
        SINGLE_TOKENS: ClassVar = {**Redshift.Tokenizer.SINGLE_TOKENS, "$": TokenType.PARAMETER}

    class Parser(RedshiftParser):
        """The parser with calls left alone."""

        FUNCTIONS: ClassVar = {}
        FUNCTION_PARSERS: ClassVar[dict[str, Callable[[RedshiftParser], exp.Expr | None]]] = {
            name: RedshiftParser.FUNCTION_PARSERS[name] for name in _SYNTAX_CALLS
        }
        NO_PAREN_FUNCTION_PARSERS: ClassVar = {
            name: RedshiftParser.NO_PAREN_FUNCTION_PARSERS[name] for name in ("ANY", "CASE")
        }

        # `from t, t.items i` is told apart from a table by the names in scope, not by the parser
        SUPPORTS_IMPLICIT_UNNEST = False
        ADJACENT_STRINGS_CANNOT_BE_CONNECTED = True

        def _warn_unsupported(self) -> None:
            """Says nothing: what is not understood is refused by whoever reads the tree."""

        def _parse_table(self, *args: Any, **options: Any) -> exp.Expr | None:  # noqa: ANN401 - sqlglot's own signature, handed on
            if self._match(TokenType.UNPIVOT):
                return self._parse_iteration(unpivot=True)
            if self._is_path_ahead():
                return self._parse_iteration(unpivot=False)
            return super()._parse_table(*args, **options)

        def _is_path_ahead(self) -> bool:
            """Whether a path into SUPER comes that no table can be called: `a.b[0]`, `a.b.c.d`."""
            at, names = self._index, 1
            if self._curr.token_type not in _NAMES:
                return False
            while self._kind(at + 1) is TokenType.DOT and self._kind(at + 2) in _STEPS:
                at, names = at + 2, names + 1
            if names > _TABLE_PARTS or self._kind(at + 1) is TokenType.L_BRACKET:
                return True
            return self._is_position_ahead(at + 1)

        def _is_position_ahead(self, at: int) -> bool:
            """Whether `[AS] name AT` comes."""
            at += self._kind(at) is TokenType.ALIAS
            after = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
            return self._kind(at) in _NAMES and after is not None and after.text.upper() == "AT"

        def _kind(self, at: int) -> TokenType | None:
            return self._tokens[at].token_type if at < len(self._tokens) else None

        def _parse_iteration(self, *, unpivot: bool) -> exp.Expr:
            path = self._parse_column()
            self._match(TokenType.ALIAS)
            alias = self._parse_id_var(any_token=False)
            position = self._parse_id_var() if self._match_text_seq("AT") else None
            return self.expression(
                Iteration(this=path, alias=alias, position=position, unpivot=unpivot)
            )


_DIALECT: Final = RedshiftSyntax()


# Few are kept: the rules and the translator read the same statement one after the other.
@functools.lru_cache(maxsize=16)
def tokenize(sql: str) -> tuple[Token, ...]:
    """The tokens of `sql`, comments left out; `start` and `end` (inclusive) are offsets in it.

    Raises:
        Refused: A string, a quoted name or a comment has no end.
    """
    try:
        return tuple(_DIALECT.tokenize(sql))
    except TokenError as error:
        raise Refused("syntax error", str(error), sqlstate="42601") from error


@functools.lru_cache(maxsize=16)
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
