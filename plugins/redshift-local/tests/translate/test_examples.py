"""Spelling a tree anew loses nothing: every query that the rules call right."""

from collections import Counter

import pytest
from sqlglot import TokenType

from redshift_local.parsing import Iteration, parse, tokenize
from redshift_local.rules.examples import EXAMPLES
from redshift_local.translate import split
from redshift_local.translate.generation import generate

PASSING = [
    pytest.param(statement, id=f"{name}-{at}")
    for name, rule in EXAMPLES.items()
    for at, statement in enumerate(rule.passing)
]
_WORDS = (TokenType.VAR, TokenType.IDENTIFIER, TokenType.STRING, TokenType.NUMBER)
# `x::t` becomes CAST(x AS t); these may be left out or said.
_SPELLINGS = ("CAST", "CURRENT", "WITHOUT", "ZONE", "BOTH")
_QUERY_WORDS = ("SELECT", "WITH", "INSERT", "UPDATE", "DELETE")


@pytest.mark.parametrize("sql", PASSING)
def test_spelling_loses_nothing(sql: str) -> None:
    """What is written from a tree has all its names and constants, and reads as the same tree."""
    for statement in split(sql):
        if not statement.lstrip().upper().startswith(_QUERY_WORDS):
            continue
        (tree,) = parse(statement)
        if tree.find(Iteration) is None:
            written = generate(tree.copy(), fold_quoted=False)
            assert _words(written) == _words(statement)
            (again,) = parse(written)
            assert generate(again, fold_quoted=False) == written


def _words(sql: str) -> Counter[str]:
    kept = [token for token in tokenize(sql) if token.token_type in _WORDS]
    folded = [one.text.upper() if one.token_type is TokenType.VAR else one.text for one in kept]
    return Counter(text for text in folded if text not in _SPELLINGS)
