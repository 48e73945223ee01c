"""Words, names and strings of COPY and UNLOAD, which no SQL parser knows, one after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from redshift_local.errors import Refused
from redshift_local.rules.words import RESERVED

_TOKEN: Final = re.compile(
    r"""
    (?P<space>\s+|--[^\n]*|/\*.*?\*/)
  | (?P<string>'(?:[^'\\]|''|\\.)*')
  | (?P<dollar>\$\$.*?\$\$)
  | (?P<quoted>"(?:[^"]|"")+")
  | (?P<word>[^\W\d][\w$]*)
  | (?P<number>\d+(?:\.\d+)?)
  | (?P<mark>[().,;])
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "\\": "\\"}


@dataclass(frozen=True)
class Token:
    r"""One token: its kind (string, quoted, word, number, mark, end), text and place.

    The text of a string is without its quotes, with `''` and `\'` undone and every other
    backslash kept: what those mean is the option's business.
    """

    kind: str
    text: str
    position: int


class Tokens:
    """The tokens of a statement, read from the front.

    Raises:
        Refused: A character that begins no token (42601).
    """

    def __init__(self, sql: str) -> None:
        self._tokens = _tokenize(sql)
        self._at = 0

    @property
    def ahead(self) -> Token:
        """The token that comes next; of kind `end` after the last."""
        return self._tokens[self._at]

    def next(self) -> Token:
        """Take the next token."""
        token = self.ahead
        if token.kind != "end":
            self._at += 1
        return token

    def take(self, *words: str) -> bool:
        """Take these words or marks if exactly they come next, in any case of letters."""
        ahead = self._tokens[self._at : self._at + len(words)]
        found = [t.text.upper() if t.kind in {"word", "mark"} else None for t in ahead]
        if found != list(words):
            return False
        self._at += len(words)
        return True

    def require(self, *words: str) -> None:
        """Take these words or marks, which must come now."""
        if not self.take(*words):
            raise self.unexpected()

    def string(self) -> str:
        """Take a string, which must come now."""
        if self.ahead.kind != "string":
            raise self.unexpected()
        return self.next().text

    def integer(self) -> int:
        """Take a whole number, which must come now; in quotes or not."""
        if self.ahead.kind not in {"number", "string"} or not self.ahead.text.isdigit():
            raise self.unexpected()
        return int(self.next().text)

    def name(self, *, keep_case: bool, behind_dot: bool = False) -> str:
        """Take a name; quoted or not it is folded to lower case unless the session keeps case."""
        token = self.next()
        if token.kind == "word":
            if token.text.upper() in RESERVED and not behind_dot:
                raise unexpected(token)
            return token.text.lower()
        if token.kind == "quoted":
            return token.text if keep_case else token.text.lower()
        raise unexpected(token)

    def names(self, *, keep_case: bool) -> tuple[str, ...]:
        """Take a list of names in parentheses, whose opening one was taken already."""
        found = [self.name(keep_case=keep_case)]
        while self.take(","):
            found.append(self.name(keep_case=keep_case))
        self.require(")")
        return tuple(found)

    def end(self) -> None:
        """Require that nothing more comes, but for a semicolon."""
        self.take(";")
        if self.ahead.kind != "end":
            raise self.unexpected()

    def unexpected(self) -> Refused:
        """The error for the token that comes next."""
        return unexpected(self.ahead)


def unexpected(token: Token) -> Refused:
    """The error for a token in the wrong place, in Redshift's words."""
    if token.kind == "end":
        return Refused("end of statement", "syntax error at end of input", sqlstate="42601")
    return Refused(
        token.text,
        f'syntax error at or near "{token.text}"',
        sqlstate="42601",
        position=token.position,
    )


def unescape(text: str) -> str:
    r"""Undo `\t`, `\\` and octal `\nnn` in an option's string; any other backslash stays.

    Redshift's documentation writes both `NULL AS '\N'` and `DELIMITER '\t'`, so a backslash that
    begins no escape is itself.
    """
    return re.sub(r"\\(\d{1,3}|[tnrbfv\\])", _escaped, text)


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code, 8) & 0xFF) if code.isdigit() else _ESCAPES[code]


def _tokenize(sql: str) -> list[Token]:
    tokens = []
    at = 0
    while at < len(sql):
        found = _TOKEN.match(sql, at)
        if found is None:
            raise unexpected(Token("mark", sql[at], at))
        kind, text = str(found.lastgroup), found[0]
        if kind == "string":
            text = text[1:-1].replace("''", "'").replace("\\'", "'")
        elif kind == "dollar":
            kind, text = "string", text[2:-2]
        elif kind == "quoted":
            text = text[1:-1].replace('""', '"')
        if kind != "space":
            tokens.append(Token(kind, text, at))
        at = found.end()
    return [*tokens, Token("end", "", len(sql))]
