"""GAQL: from a query's text to its parts.

The grammar is Google's (developers.google.com/google-ads/api/docs/query/grammar); FROM may be
absent, as in queries for field metadata. Words of the language are not case-sensitive.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import reduce
from typing import NamedTuple

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedEOF, UnexpectedToken
from lark.exceptions import UnexpectedInput

from sandbox.googleads.failures import ApiError, query_error

_GRAMMAR = r"""
query: select from_? where? order? limit? parameters?
select: _SELECT FIELD ("," FIELD)*
from_: _FROM FIELD
where: _WHERE condition (_AND condition)*
order: _ORDER _BY ordering ("," ordering)*
limit: _LIMIT NUMBER
parameters: _PARAMETERS parameter ("," parameter)*
parameter: FIELD "=" LITERAL

ordering: FIELD (ASC | DESC)?
?condition: comparison | between | during | null
comparison: FIELD COMPARE value
          | FIELD (LIKE | REGEXP_MATCH) value
          | FIELD NOT (LIKE | REGEXP_MATCH) value
          | FIELD IN values
          | FIELD NOT IN values
          | FIELD CONTAINS (ANY | ALL | NONE) values
between: FIELD _BETWEEN value _AND value
during: FIELD _DURING LITERAL
null: FIELD IS NOT? _NULL
values: "(" [value ("," value)*] ")"
?value: STRING | NUMBER | LITERAL

COMPARE: "=" | "!=" | "<=" | ">=" | "<" | ">"
_SELECT.2: /SELECT\b/i
_FROM.2: /FROM\b/i
_WHERE.2: /WHERE\b/i
_AND.2: /AND\b/i
_ORDER.2: /ORDER\b/i
_BY.2: /BY\b/i
_LIMIT.2: /LIMIT\b/i
_PARAMETERS.2: /PARAMETERS\b/i
_BETWEEN.2: /BETWEEN\b/i
_DURING.2: /DURING\b/i
_NULL.2: /NULL\b/i
ASC.2: /ASC\b/i
DESC.2: /DESC\b/i
LIKE.2: /LIKE\b/i
REGEXP_MATCH.2: /REGEXP_MATCH\b/i
NOT.2: /NOT\b/i
IN.2: /IN\b/i
IS.2: /IS\b/i
CONTAINS.2: /CONTAINS\b/i
ANY.2: /ANY\b/i
ALL.2: /ALL\b/i
NONE.2: /NONE\b/i
NUMBER.1: /-?\d+(\.\d+)?(?![\w.])/
STRING: /'(\\.|[^'\\\n])*'/ | /"(\\.|[^"\\\n])*"/
FIELD: /[a-z][a-zA-Z0-9._]*/
LITERAL: /[a-zA-Z0-9_]+/
%ignore /\s+/
"""
_EXPECTED = {
    "_SELECT": "EXPECTED_SELECT",
    "_FROM": "EXPECTED_FROM",
    "_BY": "EXPECTED_BY",
    "_AND": "EXPECTED_AND",
}


class Kind(Enum):
    """How a value was written."""

    STRING = "string"
    NUMBER = "number"
    LITERAL = "literal"


class Value(NamedTuple):
    """A value of a condition; a string's quotes are gone."""

    kind: Kind
    text: str


class Condition(NamedTuple):
    """One condition of WHERE; operators are `=`, `NOT IN`, `BETWEEN`, `IS NULL`, ..."""

    field: str
    operator: str
    values: tuple[Value, ...]


class Ordering(NamedTuple):
    """One field of ORDER BY."""

    field: str
    descending: bool


@dataclass(frozen=True)
class Query:
    """A query that is well-formed; whether its fields exist is another question."""

    fields: tuple[str, ...] = ()
    resource: str | None = None
    conditions: tuple[Condition, ...] = ()
    orderings: tuple[Ordering, ...] = ()
    limit: int | None = None
    parameters: dict[str, str] = field(default_factory=dict)


Clause = Callable[[Query], Query]


class _Parts(Transformer[Token, Query]):
    """Lark's tree as a `Query`."""

    def STRING(self, token: Token) -> Value:  # noqa: N802 - the terminal's name
        quote, inner = token[0], token[1:-1]
        return Value(Kind.STRING, inner.replace(f"\\{quote}", quote).replace("\\\\", "\\"))

    def NUMBER(self, token: Token) -> Value:  # noqa: N802
        return Value(Kind.NUMBER, str(token))

    def LITERAL(self, token: Token) -> Value:  # noqa: N802
        return Value(Kind.LITERAL, str(token))

    def select(self, names: list[Token]) -> Clause:
        fields = tuple(dict.fromkeys(map(str, names)))
        return lambda query: replace(query, fields=fields)

    def from_(self, names: list[Token]) -> Clause:
        return lambda query: replace(query, resource=str(names[0]))

    def where(self, conditions: list[Condition]) -> Clause:
        return lambda query: replace(query, conditions=tuple(conditions))

    def order(self, orderings: list[Ordering]) -> Clause:
        return lambda query: replace(query, orderings=tuple(orderings))

    def limit(self, numbers: list[Value]) -> Clause:
        text = numbers[0].text
        if not text.isdigit() or int(text) == 0:
            raise query_error("BAD_LIMIT_VALUE", f"Error in LIMIT clause: invalid value {text}.")
        return lambda query: replace(query, limit=int(text))

    def parameters(self, pairs: list[tuple[str, str]]) -> Clause:
        return lambda query: replace(query, parameters=dict(pairs))

    def parameter(self, pair: list[Token | Value]) -> tuple[str, str]:
        name, value = pair
        return str(name), value.text.lower() if isinstance(value, Value) else str(value)

    def ordering(self, parts: list[Token]) -> Ordering:
        return Ordering(str(parts[0]), len(parts) > 1 and parts[1].type == "DESC")

    def values(self, values: list[Value | None]) -> tuple[Value, ...]:
        return tuple(value for value in values if value is not None)

    def comparison(self, parts: list[Token | Value | tuple[Value, ...]]) -> Condition:
        name, *words, operand = parts
        values = (operand,) if isinstance(operand, Value) else tuple(map(_value, operand))
        return Condition(str(name), " ".join(map(str, words)).upper(), values)

    def between(self, parts: list[Token | Value]) -> Condition:
        name, low, high = parts
        return Condition(str(name), "BETWEEN", (_value(low), _value(high)))

    def during(self, parts: list[Token | Value]) -> Condition:
        name, period = parts
        return Condition(str(name), "DURING", (_value(period),))

    def null(self, parts: list[Token]) -> Condition:
        negated = any(part.type == "NOT" for part in parts[1:])
        return Condition(str(parts[0]), "IS NOT NULL" if negated else "IS NULL", ())

    def query(self, clauses: list[Clause]) -> Query:
        return reduce(lambda query, clause: clause(query), clauses, Query())


def _value(part: object) -> Value:
    if isinstance(part, Value):
        return part
    raise TypeError(part)


_PARSER = Lark(_GRAMMAR, start="query", parser="lalr", transformer=_Parts())


def parse(text: str) -> Query:
    """Take a query apart.

    Raises:
        ApiError: It is no GAQL; Google's `queryError` says what was expected.
    """
    try:
        parsed = _PARSER.parse(text)
    except UnexpectedInput as error:
        raise _syntax_error(error, text) from None
    if not isinstance(parsed, Query):
        raise TypeError(parsed)
    return parsed


def _syntax_error(error: UnexpectedInput, text: str) -> ApiError:
    accepted: set[str] = set()
    if isinstance(error, UnexpectedToken):
        accepted = {*error.accepts, *error.expected}
        found = str(error.token)
    elif isinstance(error, UnexpectedCharacters):
        accepted = set(error.allowed or ())
        found = text[error.pos_in_stream or 0 :].split(maxsplit=1)[0]
    ended = isinstance(error, UnexpectedEOF) or (
        isinstance(error, UnexpectedToken) and error.token.type == "$END"
    )
    for terminal, name in _EXPECTED.items():
        if accepted == {terminal}:
            word = terminal.strip("_")
            return query_error(name, f"Error in query: expected {word}.")
    if ended:
        return query_error("UNEXPECTED_END_OF_QUERY", "Error in query: unexpected end of query.")
    if found[:1] in ("'", '"'):
        return query_error("STRING_NOT_TERMINATED", "Error in query: string is not terminated.")
    return query_error("UNEXPECTED_INPUT", f"Error in query: unexpected input {found}.")
