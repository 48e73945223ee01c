"""The table of rules, of which the tests run every example and the README's table is made.

The passing examples run on redshift-local with the tables of `SETUP`, the failing ones are refused
by it. Two rules have none: `syntax` (what cannot be read at all) and `statement-size` (over 16 MB).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SETUP: Final = (
    """CREATE TABLE t (id INTEGER, name VARCHAR(20), day DATE, amount DECIMAL(12, 2),
                       seen TIMESTAMPTZ, doc SUPER)""",
    "CREATE TABLE u (id INTEGER, name VARCHAR(20), amount DECIMAL(12, 2))",
)


@dataclass(frozen=True)
class Rule:
    """A rule of the lint.

    Attributes:
        refuses: What it refuses, in one phrase.
        failing: Statements that break it, and no other rule.
        passing: What may be written instead, or looks alike and is right.
        needs_s3: The passing statements read files.
    """

    refuses: str
    failing: tuple[str, ...]
    passing: tuple[str, ...]
    needs_s3: bool = False


def _read() -> dict[str, Rule]:
    table = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
    return {
        name: Rule(
            rule["refuses"],
            tuple(rule["failing"]),
            tuple(rule["passing"]),
            bool(rule.get("needs_s3")),
        )
        for name, rule in table.items()
    }


EXAMPLES: Final = _read()
"""By the rule's name."""


_HEAD: Final = """# What Redshift does not accept

The rules of `redshift-local lint FILES`. The server refuses the same. Made by
`python -m redshift_local.rules --rules`; each example is run by the tests.

| rule | refuses | refused | accepted |
| --- | --- | --- | --- |
"""


def page_of_rules() -> str:
    """RULES.md: the rules with an example of each kind, in Markdown."""
    rows = [
        (f"`{name}`", rule.refuses, f"`{rule.failing[0]}`", f"`{rule.passing[0]}`")
        for name, rule in EXAMPLES.items()
    ]
    escaped = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    return _HEAD + "".join(f"| {row} |\n" for row in escaped)
