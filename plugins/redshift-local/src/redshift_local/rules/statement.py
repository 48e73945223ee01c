"""One statement as the rules look at it: its words in order, and the trees of its queries."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlglot import TokenType

from redshift_local.parsing import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlglot import Token

STRING: Final = "'"
"""The word that stands for any string literal."""

UNICODE_STRING: Final = "U&'"
"""The word that stands for a string with Unicode escapes."""

_STRINGS: Final = frozenset(
    {
        TokenType.STRING,
        TokenType.BYTE_STRING,
        TokenType.HEREDOC_STRING,
        TokenType.RAW_STRING,
        TokenType.NATIONAL_STRING,
    }
)
_OPENING: Final = frozenset("([")
_CLOSING: Final = frozenset(")]")


@dataclass(frozen=True)
class Statement:
    """The words of one statement; the four sequences run in parallel.

    Attributes:
        text: The statement, as it was written.
        base: Offset of `text` in what is checked.
        words: Upper case; a quoted name stands in its quotes as it is, a string is `STRING`.
        values: What a word means: a string's content, a name without its quotes.
        starts: Offset of each word in what is checked.
        depths: How many parentheses and brackets are open around each word.
    """

    text: str
    base: int
    words: tuple[str, ...]
    values: tuple[str, ...]
    starts: tuple[int, ...]
    depths: tuple[int, ...]

    def word(self, index: int) -> str:
        """The word at `index`; empty beyond either end."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def follow(self, index: int, *words: str) -> bool:
        """Whether exactly `words` stand at `index`."""
        return self.words[index : index + len(words)] == words

    def find(self, word: str, start: int = 0, depth: int = 0) -> int | None:
        """The first place of `word` at this depth from `start` on."""
        for index in range(start, len(self.words)):
            if self.words[index] == word and self.depths[index] == depth:
                return index
        return None

    def closing(self, opening: int) -> int:
        """The place of the parenthesis that closes the one at `opening`."""
        depth = self.depths[opening]
        for index in range(opening + 1, len(self.words)):
            if self.depths[index] == depth:
                return index
        return len(self.words)

    def name_end(self, index: int) -> int:
        """The place behind the dotted name that starts at `index`."""
        index += 1
        while self.word(index) == ".":
            index += 2
        return index

    def items(self, opening: int) -> Iterator[tuple[int, int]]:
        """The comma-separated items between the parenthesis at `opening` and its match."""
        end = self.closing(opening)
        inner = self.depths[opening] + 1
        first = opening + 1
        for index in range(opening + 1, end):
            if self.words[index] == "," and self.depths[index] == inner:
                yield first, index
                first = index + 1
        if first < end:
            yield first, end


def split(sql: str) -> Iterator[Statement]:
    """The statements of `sql`, empty ones left out.

    Raises:
        Refused: A string, a quoted name or a comment has no end.
    """
    chunks: list[list[Token]] = [[]]
    for token in tokenize(sql):
        if token.token_type is TokenType.SEMICOLON:
            chunks.append([])
        else:
            chunks[-1].append(token)
    chunks = [chunk for chunk in chunks if chunk]
    for chunk in chunks:
        if len(chunks) == 1:  # the text that a translator parses too, so that it is parsed once
            yield _statement(sql, 0, sql, chunk)
        else:
            start, end = chunk[0].start, chunk[-1].end + 1
            yield _statement(sql[start:end], start, sql, chunk)


def _statement(text: str, base: int, sql: str, chunk: Sequence[Token]) -> Statement:
    read = list(_words(sql, chunk))
    depths, depth = [], 0
    for word, _, _ in read:
        if word in _CLOSING:
            depth -= 1
        depths.append(depth)
        if word in _OPENING:
            depth += 1
    words, values, starts = zip(*read, strict=True)
    return Statement(text, base, words, values, starts, tuple(depths))


def _words(sql: str, chunk: Sequence[Token]) -> Iterator[tuple[str, str, int]]:
    raw = _unread(sql, chunk)
    for token in chunk[:1] if raw else chunk:
        yield _word(token), token.text, token.start
    if raw:
        start = sql.index(raw, chunk[0].end + 1)
        for token in tokenize(raw):
            yield _word(token), token.text, start + token.start


def _unread(sql: str, chunk: Sequence[Token]) -> str:
    """What the tokenizer left as one string behind a command's first word (SHOW, EXPLAIN)."""
    if len(chunk) > 1 and chunk[1].token_type is TokenType.STRING:
        rest = sql[chunk[0].end + 1 : chunk[1].end + 1].strip()
        if rest == chunk[1].text and not rest.startswith("'"):
            return rest
    return ""


def _word(token: Token) -> str:
    if token.token_type is TokenType.IDENTIFIER:
        return f'"{token.text}"'
    if token.token_type is TokenType.UNICODE_STRING:
        return UNICODE_STRING
    if token.token_type in _STRINGS:
        return STRING
    return token.text.upper()
