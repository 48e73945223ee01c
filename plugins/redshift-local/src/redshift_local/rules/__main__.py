"""`python -m redshift_local.rules FILES...`: the lint; `-` is standard input.

`--rules` instead of files prints the table of rules.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from redshift_local.rules.check import check
from redshift_local.rules.examples import page_of_rules

if TYPE_CHECKING:
    from collections.abc import Sequence


def lint(files: Sequence[str]) -> int:
    """Prints `file:line:column: rule: message` for each violation; the exit code is 1 if any."""
    failed = False
    for name in files:
        try:
            sql = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            click.echo(f"{name}: cannot be read: {error}", err=True)
            failed = True
            continue
        for found in check(sql):
            failed = True
            click.echo(f"{name}:{found.line}:{found.column}: {found.rule}: {found.message}")
    return int(failed)


if __name__ == "__main__":
    if not sys.argv[1:]:
        sys.exit("usage: python -m redshift_local.rules FILES... (- is standard input) | --rules")
    if sys.argv[1:] == ["--rules"]:
        click.echo(page_of_rules(), nl=False)
        sys.exit()
    sys.exit(lint(sys.argv[1:]))
