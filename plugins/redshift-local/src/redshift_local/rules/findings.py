"""What a rule finds, and what the lint tells."""

from __future__ import annotations

from dataclasses import dataclass


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
