"""What `translate` answers with: how one statement of a client is carried out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from redshift_local.translate.generation import fold

if TYPE_CHECKING:
    from sqlglot import exp


@dataclass(frozen=True)
class Options:
    """The session's settings on which the meaning of a statement depends.

    Attributes:
        case_sensitive_super_attribute: A quoted step of a path into SUPER keeps its case.
        case_sensitive_identifier: Every quoted name keeps its case, the steps of paths included.
        columns: Columns of relations (named and quoted as in `NeedsColumns`) that were asked for.
    """

    case_sensitive_super_attribute: bool = False
    case_sensitive_identifier: bool = False
    columns: tuple[tuple[str, frozenset[str]], ...] = ()

    def fold(self, name: exp.Expr) -> str:
        """The name (an `exp.Identifier`) as it is looked up."""
        keeps = bool(name.args.get("quoted")) and self.case_sensitive_identifier
        return name.name if keeps else fold(name.name)


class NeedsColumns(Exception):  # noqa: N818 - a question, not an error
    """A statement can be translated only when the columns of these relations are known.

    Ask again with `Options.columns` that has all of them (none for one that does not exist).
    """

    def __init__(self, relations: tuple[str, ...]) -> None:
        self.relations = relations
        super().__init__(f"columns of {', '.join(relations)}")


@dataclass(frozen=True)
class Forward:
    """One engine statement, `$1`... kept; its result and its tag go to the client."""

    sql: str


@dataclass(frozen=True)
class Steps:
    """Engine statements without a result, and the tag that the client gets.

    `outside_transaction`: refused (25001) inside a transaction block; each statement then stands
    alone. `commits`: ends the transaction block, if there is one, by committing it (TRUNCATE).
    """

    statements: tuple[str, ...]
    tag: str
    outside_transaction: bool = False
    commits: bool = False


@dataclass(frozen=True)
class Load:
    """COPY, as the client wrote it."""

    sql: str


@dataclass(frozen=True)
class Unload:
    """UNLOAD, as the client wrote it."""

    sql: str


Plan = Forward | Steps | Load | Unload
