"""Reads a statement of definition token by token; what nobody reads is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlglot import Token, TokenType

from redshift_local.errors import Refused
from redshift_local.parsing import tokenize
from redshift_local.translate.generation import fold, quote, quote_name

if TYPE_CHECKING:
    from redshift_local.translate.plans import Options

_QUOTED: Final = (TokenType.IDENTIFIER, TokenType.STRING, TokenType.RAW_STRING)
_TEXTS: Final = (TokenType.STRING, TokenType.RAW_STRING)


class Reader:
    """A place in the tokens of one statement."""

    def __init__(self, sql: str, options: Options) -> None:
        """Starts at the first token; a closing semicolon is not part of the statement."""
        self.sql = sql
        self.options = options
        self.tokens = words(sql)
        while self.tokens and self.tokens[-1].token_type is TokenType.SEMICOLON:
            self.tokens = self.tokens[:-1]
        self.at = 0

    def peek(self, ahead: int = 0) -> Token | None:
        """The token that comes, or None at the end."""
        at = self.at + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def sees(self, *words: str) -> bool:
        """Whether these words (keywords or signs) come next."""
        return all(_is_word(self.peek(ahead), word) for ahead, word in enumerate(words))

    def accepts(self, *words: str) -> bool:
        """Steps over these words when they come next."""
        found = self.sees(*words)
        if found:
            self.at += len(words)
        return found

    def expects(self, *words: str) -> None:
        """Steps over these words.

        Raises:
            Refused: Something else comes.
        """
        if not self.accepts(*words):
            raise self.unexpected()

    def one_of(self, *words: str) -> str | None:
        """Steps over one of these words and gives it, or None."""
        return next((word for word in words if self.accepts(word)), None)

    def take(self) -> Token:
        """Steps over whatever comes.

        Raises:
            Refused: Nothing comes.
        """
        token = self.peek()
        if token is None:
            raise self.unexpected()
        self.at += 1
        return token

    def ends(self) -> bool:
        """Whether nothing comes."""
        return self.peek() is None

    def expects_end(self) -> None:
        """Makes sure that nothing comes.

        Raises:
            Refused: Something comes that nobody read.
        """
        if not self.ends():
            raise self.unexpected()

    def unexpected(self) -> Refused:
        """The error for what comes."""
        token = self.peek()
        kind = " ".join(word.text.upper() for word in self.tokens[:2])
        if token is None:
            return Refused(
                kind, "syntax error at end of input", sqlstate="42601", position=len(self.sql)
            )
        near = self.sql[token.start : token.end + 1]
        return Refused(
            f"{kind} ... {near}",
            f'syntax error at or near "{near}": the stand-in does not know it in {kind}',
            sqlstate="42601",
            position=token.start,
        )

    def bare_name(self) -> str:
        """One name, folded as the session folds it.

        Raises:
            Refused: No name comes.
        """
        token = self.peek()
        if token is None or not _is_name(token):
            raise self.unexpected()
        self.at += 1
        keeps_case = (
            token.token_type is TokenType.IDENTIFIER and self.options.case_sensitive_identifier
        )
        return token.text if keeps_case else fold(token.text)

    def name(self) -> str:
        """One name, quoted for the engine."""
        return quote_name(self.bare_name())

    def path(self) -> list[str]:
        """A name with what it is in, outermost first, each folded."""
        parts = [self.bare_name()]
        while self.accepts("."):
            parts.append(self.bare_name())
        return parts

    def qualified(self) -> str:
        """A table's, view's or column's name with schema and database, quoted for the engine."""
        return qualified(self.path())

    def schema(self) -> str:
        """A schema's name; its database is left out, since the engine has only the one."""
        return quote_name(self.path()[-1])

    def text(self) -> str:
        """The value of a string constant.

        Raises:
            Refused: No string comes.
        """
        token = self.peek()
        if token is None or token.token_type not in _TEXTS:
            raise self.unexpected()
        self.at += 1
        return token.text

    def literal(self) -> str:
        """A string constant, written for the engine."""
        return quote(self.text())

    def number(self) -> int:
        """A whole number.

        Raises:
            Refused: Something else comes.
        """
        sign = -1 if self.accepts("-") else 1
        token = self.peek()
        if token is None or not token.text.isdigit():
            raise self.unexpected()
        self.at += 1
        return sign * int(token.text)

    def names_in_parentheses(self) -> list[str]:
        """`(a, b)`: the names, folded."""
        self.expects("(")
        names = [self.bare_name()]
        while self.accepts(","):
            names.append(self.bare_name())
        self.expects(")")
        return names

    def rest(self) -> str:
        """All that comes, as it is written."""
        token = self.peek()
        start = len(self.sql) if token is None else token.start
        end = self.tokens[-1].end + 1 if self.tokens else start
        self.at = len(self.tokens)
        return self.sql[start:end]

    def until(self, stops: tuple[tuple[str, ...], ...]) -> str:
        """What comes before the first of `stops` outside of parentheses, as it is written."""
        first = self.take()
        last, depth = first, _depth(first)
        while (token := self.peek()) is not None:
            if depth == 0 and (_is_word(token, ")") or any(self.sees(*words) for words in stops)):
                break
            depth += _depth(token)
            last = token
            self.at += 1
        return self.sql[first.start : last.end + 1]


def words(sql: str, first: int | None = None) -> tuple[Token, ...]:
    """The (first) tokens of `sql`, those of several words (`PRIMARY KEY`) taken apart."""
    return tuple(part for token in tokenize(sql)[:first] for part in _single_words(token))


def _single_words(token: Token) -> list[Token]:
    if token.token_type in _QUOTED or not any(char.isspace() for char in token.text):
        return [token]
    return [
        Token(TokenType.VAR, text, token.line, token.col, token.start, token.end)
        for text in token.text.split()
    ]


def qualified(parts: list[str]) -> str:
    """The dotted name for the engine, every part quoted."""
    return ".".join(quote_name(part) for part in parts)


def _depth(token: Token) -> int:
    return {"(": 1, ")": -1}.get(token.text, 0) if token.token_type not in _QUOTED else 0


def _is_word(token: Token | None, word: str) -> bool:
    return token is not None and token.token_type not in _QUOTED and token.text.upper() == word


def _is_name(token: Token) -> bool:
    if token.token_type is TokenType.IDENTIFIER:
        return True
    text = token.text
    return token.token_type not in _TEXTS and (text[:1].isalpha() or text[:1] == "_")
