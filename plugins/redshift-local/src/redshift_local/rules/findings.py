"""What a rule finds, and what the lint tells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_SQLSTATES: Final = {
    "arguments": "42883",
    "foreign-syntax": "42601",
    "function": "42883",
    "reserved-word": "42601",
    "syntax": "42601",
    "type": "42704",
}
"""Where it is not 0A000, feature not supported."""


@dataclass(frozen=True)
class Finding:
    """A construct that Redshift refuses.

    Attributes:
        rule: The rule's name, a key of `examples.EXAMPLES`.
        construct: What is refused, in the words of SQL.
        message: Why, and what to write instead.
        offset: Where it starts, in characters from the start of what was checked.
    """

    rule: str
    construct: str
    message: str
    offset: int

    @property
    def sqlstate(self) -> str:
        """The SQLSTATE to refuse the statement with."""
        return _SQLSTATES.get(self.rule, "0A000")


@dataclass(frozen=True)
class Violation:
    """A finding with its place told as editors tell it: line and column, both from 1."""

    rule: str
    construct: str
    message: str
    line: int
    column: int


def located(finding: Finding, sql: str) -> Violation:
    """The finding with its line and column in `sql`."""
    before = sql[: finding.offset]
    line = before.count("\n") + 1
    column = finding.offset - (before.rfind("\n") + 1) + 1
    return Violation(finding.rule, finding.construct, finding.message, line, column)
