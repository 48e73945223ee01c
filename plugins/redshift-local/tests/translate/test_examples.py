"""Statements that Redshift takes: they are translated, and spelling a tree anew loses nothing."""

import re
from collections import Counter
from pathlib import Path

import pytest
from sqlglot import Token, TokenType

from redshift_local.errors import Refused
from redshift_local.parsing import Iteration, parse, tokenize
from redshift_local.rules.examples import EXAMPLES
from redshift_local.translate import Options, split, translate
from redshift_local.translate.generation import generate

_ACCEPTED = split((Path(__file__).parents[1] / "accepted.sql").read_text(encoding="utf-8"))
PASSING = [
    *(
        pytest.param(statement, id=f"{name}-{at}")
        for name, rule in EXAMPLES.items()
        for at, statement in enumerate(rule.passing)
    ),
    *(pytest.param(statement, id=f"accepted-{at}") for at, statement in enumerate(_ACCEPTED)),
]
# Redshift takes them, the stand-in does not: none of its clients sends them.
_LEFT_OUT = (
    "EXCLUDE",
    "(+)",
    "EXTERNAL SCHEMA",
    "MATERIALIZED VIEW",
    "ALTER DISTKEY",
    "ALTER COLUMN NAME ENCODE",
    "APPEND FROM",
    "DELETE S.T",
    "ADD PRIMARY KEY",
    "DROP CONSTRAINT",
    "ALTER DEFAULT PRIVILEGES",
    "INCLUDING DEFAULTS",
    "IDENTITY(",
    "ENCODE AUTO",
    "TO 99 PERCENT",
    "SHOW TABLES FROM SCHEMA DEV.S LIKE",
    "ISOLATION LEVEL",
    "WITHIN GROUP (ORDER BY NAME) OVER",
    "CALL",
    "DECLARE",
    "FETCH",
    "CLOSE",
    "PREPARE",
    "EXECUTE",
    "DEALLOCATE",
    "CANCEL",
    "%S",
)
_WORDS = (TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER)
# `x::t` becomes CAST(x AS t); these may be left out or said.
_SPELLINGS = ("CAST", "CONVERT", "CURRENT", "WITHOUT", "ZONE", "BOTH")
_QUERY_WORDS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@pytest.mark.parametrize("sql", PASSING)
def test_what_redshift_takes_is_translated_or_left_out_by_name(sql: str) -> None:
    for statement in split(sql):
        if any(words in statement.upper() for words in _LEFT_OUT):
            with pytest.raises(Refused):
                translate(statement, Options())
        else:
            translate(statement, Options())


@pytest.mark.parametrize("sql", PASSING)
def test_spelling_loses_nothing(sql: str) -> None:
    """What is written from a tree has all its names and constants, and reads as the same tree."""
    for statement in split(sql):
        if not statement.lstrip().upper().startswith(_QUERY_WORDS):
            continue
        if any(words in statement.upper() for words in _LEFT_OUT):
            continue
        (tree,) = parse(statement)
        if tree.find(Iteration) is None:
            written = generate(tree.copy(), fold_quoted=False)
            assert _words(written) == _words(statement)
            (again,) = parse(written)
            assert generate(again, fold_quoted=False) == written


def _words(sql: str) -> Counter[str]:
    kept = [token for token in tokenize(sql) if token.token_type in _WORDS]
    folded = [one.text.upper() if _is_folded(one) else one.text for one in kept]
    return Counter(text for text in folded if text not in _SPELLINGS)


def _is_folded(token: Token) -> bool:
    """Whether it is an unquoted name or the text of an interval ('3 days')."""
    is_interval = re.fullmatch(r"\d+ [A-Za-z]+", token.text) is not None
    return token.token_type is TokenType.VAR or is_interval
