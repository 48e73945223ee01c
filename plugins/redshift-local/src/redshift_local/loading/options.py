"""What COPY and UNLOAD have behind the place of the files: options, in any order."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from redshift_local.errors import Refused
from redshift_local.loading.access import AccessClauses, redundant
from redshift_local.loading.grammar import unescape

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from redshift_local.loading.grammar import Tokens

FORMATS: Final = frozenset({"CSV", "JSON", "PARQUET"})


class Options:
    """Reads the options of one statement, `AS` wherever it likes.

    Args:
        tokens: Stand at the first option.
        statement: COPY or UNLOAD.
        flags: The options that are one word, and the value that each makes true.
        unknown_here: The options that Redshift has and the stand-in has not.

    Attributes:
        access: The clauses of authorization.
        given: Names of the other options, as far as they were read, but for the format's.
        values: What they come to, by the fields of the command.
    """

    def __init__(
        self,
        tokens: Tokens,
        statement: str,
        *,
        flags: Mapping[str, str],
        unknown_here: frozenset[str],
    ) -> None:
        self._tokens = tokens
        self._statement = statement
        self._unknown_here = unknown_here
        self.access = AccessClauses()
        self.given: list[str] = []
        self.values: dict[str, Any] = {}
        self._readers: dict[str, Callable[[], None]] = {
            **{word: partial(self._set, **{name: True}) for word, name in flags.items()},
            "GZIP": lambda: self._set(compression="gzip"),
            "NULL": lambda: self._text("null", unescape),
            "ZSTD": lambda: self._set(compression="zstd"),
        }

    def read_all(self) -> None:
        """Read up to the end of the statement.

        Raises:
            Refused: Redshift would not take an option, or the stand-in does not know it.
        """
        while self._tokens.ahead.kind == "word":
            if not (self.access.read(self._tokens) or self._format()):
                self._option()
        self._tokens.end()

    def _option(self) -> None:
        token = self._tokens.next()
        name = token.text.upper()
        if name in self.given:
            raise redundant(name)
        self.given.append(name)
        if name in self._readers:
            self._readers[name]()
        elif name in self._unknown_here:
            raise Refused(f"{self._statement} {name}", position=token.position)
        else:
            raise Refused(
                f"{self._statement} {token.text}",
                f'syntax error at or near "{token.text}"',
                sqlstate="42601",
                position=token.position,
            )

    def _format(self) -> bool:
        """Take the format, with or without the word, if it comes next."""
        tokens = self._tokens
        if tokens.take("FORMAT"):
            tokens.take("AS")
        name = tokens.ahead.text.upper()
        if name not in FORMATS:
            return False
        tokens.next()
        if "format" in self.values:
            raise redundant("FORMAT")
        self.values["format"] = name
        if name == "CSV":
            self.values.setdefault("delimiter", ",")
        return True

    def _set(self, **values: object) -> None:
        if values.keys() & self.values.keys():
            raise redundant(self.given[-1])
        self.values.update(values)

    def _text(self, name: str, change: Callable[[str], str] = str) -> None:
        self._tokens.take("AS")
        self._set(**{name: change(self._tokens.string())})
