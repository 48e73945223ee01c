"""GAQL, as far as a tap must understand it: what is selected, from where, and where WHERE ends.

A tokenizer and a parser of Google's published grammar
(developers.google.com/google-ads/api/docs/query/grammar). What it cannot know, such as whether
fields go together, Google tells when it is asked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<string>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<number>-?\d+(?:\.\d+)?(?![\w.]))
    | (?P<word>[A-Za-z_0-9][\w.]*)
    | (?P<mark><=|>=|!=|[=<>(),])
    )""",
    re.VERBOSE,
)
_FIELD = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
_COMPARES = {"=", "!=", "<", "<=", ">", ">="}
_PATTERNS = {"LIKE", "REGEXP_MATCH"}
_VALUES = {"string", "number", "word"}


class QueryError(ValueError):
    """A text that is no GAQL; the words say where and what was expected."""


class _Token(NamedTuple):
    kind: str
    text: str
    begin: int
    end: int

    @property
    def keyword(self) -> str:
        """The word in capitals, as GAQL's own are; empty for what is no word."""
        return self.text.upper() if self.kind == "word" else ""


@dataclass(frozen=True, slots=True)
class Query:
    """A query that is well-formed.

    Attributes:
        text: As it was written.
        fields: What is selected, in order, each once.
        resource: What stands in FROM.
        filtered: Fields in WHERE.
        has_where: Whether there is a WHERE.
        where_end: Where in `text` another condition can be put in.
        limit: Of LIMIT, if there is one.
    """

    text: str
    fields: tuple[str, ...]
    resource: str
    filtered: tuple[str, ...]
    has_where: bool
    where_end: int
    limit: int | None

    def where(self, condition: str) -> str:
        """Return the text with one more condition, before ORDER BY, LIMIT and PARAMETERS."""
        word = "AND" if self.has_where else "WHERE"
        head, tail = self.text[: self.where_end], self.text[self.where_end :]
        return f"{head} {word} {condition}{tail}"

    def between(self, first: date, last: date) -> str:
        """Return the text, limited to days; of one day with `=`, as click_view wants it."""
        if first == last:
            return self.where(f"segments.date = '{first}'")
        return self.where(f"segments.date BETWEEN '{first}' AND '{last}'")

    def selecting(self, *more: str) -> Query:
        """Return the query with further fields selected."""
        new = [name for name in more if name not in self.fields]
        if not new:
            return self
        words = _tokens(self.text)
        begin = next(token.begin for token in words if token.keyword == "FROM")
        before = self.text[:begin].rstrip()
        return parse(f"{before}, {', '.join(new)} {self.text[begin:]}")


def parse(text: str) -> Query:
    """Take a query apart.

    Raises:
        QueryError: It is no GAQL.
    """
    return _Parser(text).query()


def _tokens(text: str) -> list[_Token]:
    found, position = [], 0
    while text[position:].strip():
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise QueryError(f"cannot be read at {text[position:].strip()[:20]!r}")
        kind = match.lastgroup
        found.append(_Token(kind, match[kind], match.start(kind), match.end(kind)))
        position = match.end()
    found.append(_Token("end", "", len(text), len(text)))
    return found


class _Parser:
    """Reads tokens from left to right."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _tokens(text)
        self._at = 0

    def query(self) -> Query:
        self._expect("SELECT")
        fields = self._list(self._field)
        self._expect("FROM")
        resource = self._field()
        filtered = self._conditions() if (has_where := self._take("WHERE")) else []
        where_end = self._tokens[self._at - 1].end
        if self._take("ORDER"):
            self._expect("BY")
            self._list(self._ordering)
        limit = self._number() if self._take("LIMIT") else None
        if self._take("PARAMETERS"):
            self._list(self._parameter)
        if self._next.kind != "end":
            raise self._unexpected("the end, or a clause in the order of GAQL")
        unique = tuple(dict.fromkeys(fields))
        return Query(self._text, unique, resource, tuple(filtered), has_where, where_end, limit)

    @property
    def _next(self) -> _Token:
        return self._tokens[self._at]

    def _step(self) -> _Token:
        token = self._next
        self._at += 1
        return token

    def _take(self, *words: str) -> bool:
        taken = self._next.keyword in words or (
            self._next.kind == "mark" and self._next.text in words
        )
        self._at += taken
        return taken

    def _expect(self, word: str) -> None:
        if not self._take(word):
            raise self._unexpected(word)

    def _unexpected(self, wanted: str) -> QueryError:
        token = self._next
        found = repr(token.text) if token.text else "its end"
        return QueryError(f"has {found} at position {token.begin} where {wanted} is expected")

    def _list(self, item: Callable[[], str]) -> list[str]:
        items = [item()]
        while self._take(","):
            items.append(item())
        return items

    def _field(self) -> str:
        if self._next.kind != "word" or not _FIELD.fullmatch(self._next.text):
            raise self._unexpected("a field")
        return self._step().text

    def _value(self) -> str:
        if self._next.kind not in _VALUES:
            raise self._unexpected("a value")
        return self._step().text

    def _number(self) -> int:
        if self._next.kind != "number" or not self._next.text.isdigit():
            raise self._unexpected("a number")
        return int(self._step().text)

    def _ordering(self) -> str:
        name = self._field()
        self._take("ASC", "DESC")
        return name

    def _parameter(self) -> str:
        name = self._field()
        self._expect("=")
        self._value()
        return name

    def _conditions(self) -> list[str]:
        names = [self._condition()]
        while self._take("AND"):
            names.append(self._condition())
        return names

    def _condition(self) -> str:
        name = self._field()
        if self._take("IS"):
            self._take("NOT")
            self._expect("NULL")
        elif self._take("BETWEEN"):
            self._value()
            self._expect("AND")
            self._value()
        elif self._take("CONTAINS"):
            if not self._take("ANY", "ALL", "NONE"):
                raise self._unexpected("ANY, ALL or NONE")
            self._values()
        elif self._take("DURING", *_COMPARES):
            self._value()
        else:
            self._take("NOT")
            if self._take("IN"):
                self._values()
            elif self._take(*_PATTERNS):
                self._value()
            else:
                raise self._unexpected("an operator")
        return name

    def _values(self) -> None:
        self._expect("(")
        if not self._take(")"):
            self._list(self._value)
            self._expect(")")
