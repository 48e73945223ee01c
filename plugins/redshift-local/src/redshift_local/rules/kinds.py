"""Which statements there are, and the options of the short ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding
from redshift_local.rules.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_SINGLE: Final = listed(
    """
    SELECT WITH ( FROM VALUES INSERT UPDATE DELETE MERGE TRUNCATE COPY UNLOAD BEGIN START COMMIT END
    ROLLBACK ABORT SET RESET SHOW USE EXPLAIN ANALYZE ANALYSE VACUUM LOCK GRANT REVOKE COMMENT
    REFRESH CALL CANCEL DECLARE FETCH CLOSE PREPARE EXECUTE DEALLOCATE DESC DESCRIBE
    """
)
_OBJECTS: Final = {
    "CREATE": """
        TABLE, TEMP TABLE, TEMPORARY TABLE, LOCAL TEMP TABLE, LOCAL TEMPORARY TABLE, VIEW,
        OR REPLACE VIEW, MATERIALIZED VIEW, SCHEMA, DATABASE, USER, GROUP, ROLE, FUNCTION,
        OR REPLACE FUNCTION, PROCEDURE, OR REPLACE PROCEDURE, LIBRARY, EXTERNAL, DATASHARE, MODEL,
        RLS POLICY, MASKING POLICY, IDENTITY PROVIDER
    """,
    "ALTER": """
        TABLE, MATERIALIZED VIEW, SCHEMA, DATABASE, USER, GROUP, ROLE, DEFAULT PRIVILEGES,
        PROCEDURE, DATASHARE, SYSTEM
    """,
    "DROP": """
        TABLE, VIEW, MATERIALIZED VIEW, SCHEMA, DATABASE, USER, GROUP, ROLE, FUNCTION, PROCEDURE,
        LIBRARY, DATASHARE, MODEL, RLS POLICY, MASKING POLICY, IDENTITY PROVIDER
    """,
}
_COMMENTED: Final = frozenset({"TABLE", "COLUMN", "CONSTRAINT", "DATABASE", "VIEW"})
_VACUUMS: Final = (
    ("FULL",),
    ("SORT", "ONLY"),
    ("DELETE", "ONLY"),
    ("REINDEX",),
    ("RECLUSTER",),
)


def known(statement: Statement) -> Iterator[Finding]:
    """Statements that Redshift has; of CREATE, ALTER and DROP the kinds of objects."""
    head = statement.word(0)
    objects = _OBJECTS.get(head)
    if objects is None:
        if head not in _SINGLE:
            rule = "savepoint" if head in {"SAVEPOINT", "RELEASE"} else "statement"
            yield _unknown(statement, rule, head)
        return
    following = " ".join(statement.words[1:4]) + " "
    if not any(following.startswith(f"{kind.strip()} ") for kind in objects.split(",")):
        count = 2 if statement.word(1) in {"UNIQUE", "TEMP", "TEMPORARY", "UNLOGGED", "OR"} else 1
        count = 3 if statement.word(1) == "OR" else count
        yield _unknown(statement, "object", " ".join(statement.words[: count + 1]))


def _unknown(statement: Statement, rule: str, written: str) -> Finding:
    return Finding(rule, written, f"Redshift has no {written}", statement.starts[0])


def _option(statement: Statement, index: int, construct: str) -> Finding:
    offset = statement.starts[min(index, len(statement.starts) - 1)]
    return Finding("statement-option", construct, f"{construct} is not supported", offset)


def rollback(statement: Statement) -> Iterator[Finding]:
    """`ROLLBACK TO SAVEPOINT x`."""
    place = statement.find("TO")
    if place is not None:
        yield Finding(
            "savepoint",
            "ROLLBACK TO SAVEPOINT",
            "there are no savepoints: roll the transaction back",
            statement.starts[place],
        )


def truncate(statement: Statement) -> Iterator[Finding]:
    """`TRUNCATE [TABLE] name`, and no more (r_TRUNCATE)."""
    behind = statement.name_end(2 if statement.word(1) == "TABLE" else 1)
    if statement.word(behind):
        written = "several tables" if statement.word(behind) == "," else statement.word(behind)
        yield _option(statement, behind, f"TRUNCATE of {written}")


def lock(statement: Statement) -> Iterator[Finding]:
    """`LOCK [TABLE] names`: there is one mode (r_LOCK)."""
    place = statement.find("IN")
    if place is not None:
        yield _option(statement, place, "LOCK ... IN ... MODE")


def explain(statement: Statement) -> Iterator[Finding]:
    """`EXPLAIN [VERBOSE] query` (r_EXPLAIN)."""
    if statement.word(1) in {"ANALYZE", "ANALYSE"} or statement.word(2) in {"ANALYZE", "ANALYSE"}:
        yield _option(statement, 1, "EXPLAIN ANALYZE")


def comment(statement: Statement) -> Iterator[Finding]:
    """`COMMENT ON kind name IS ...` (r_COMMENT)."""
    if statement.word(2) not in _COMMENTED:
        yield _option(statement, 2, f"COMMENT ON {statement.word(2)}")


def vacuum(statement: Statement) -> Iterator[Finding]:
    """`VACUUM [FULL | SORT ONLY | DELETE ONLY | ...] [table]` (r_VACUUM_command)."""
    kinds = [kind for kind in _VACUUMS if statement.follow(1, *kind)]
    behind = 1 + (len(kinds[0]) if kinds else 0)
    if statement.word(behind) in {"ANALYZE", "VERBOSE", "FREEZE", "("}:
        yield _option(statement, behind, f"VACUUM {statement.word(behind)}")


def refresh(statement: Statement) -> Iterator[Finding]:
    """`REFRESH MATERIALIZED VIEW name`."""
    if statement.word(3) == "CONCURRENTLY":
        yield _option(statement, 3, "REFRESH ... CONCURRENTLY")


def prepared_transaction(statement: Statement) -> Iterator[Finding]:
    """`PREPARE TRANSACTION 'x'`, `COMMIT PREPARED 'x'`."""
    if statement.word(1) in {"TRANSACTION", "PREPARED"} and statement.word(2) == "'":
        written = " ".join(statement.words[:2])
        yield _option(statement, 0, written)


def in_transaction(statement: Statement) -> Finding | None:
    """What cannot run between BEGIN and COMMIT (r_ALTER_TABLE, r_VACUUM_command)."""
    head, kind = statement.word(0), statement.word(1)
    written = None
    if head == "VACUUM":
        written = "VACUUM"
    elif head in {"CREATE", "DROP", "ALTER"} and kind == "DATABASE":
        written = f"{head} DATABASE"
    elif head == "ALTER" and kind == "TABLE":
        behind = statement.name_end(2)
        column = behind + 2 if statement.word(behind + 1) == "COLUMN" else behind + 1
        if statement.word(behind) == "ALTER" and statement.word(column + 1) == "TYPE":
            written = "ALTER COLUMN ... TYPE"
        elif statement.word(behind) == "APPEND":
            written = "ALTER TABLE APPEND"
    if written is None:
        return None
    return Finding(
        "in-transaction",
        f"{written} in a transaction",
        f"{written} cannot run inside of BEGIN and COMMIT",
        statement.starts[0],
    )


HEADS: Final = {
    "ROLLBACK": (rollback, prepared_transaction),
    "ABORT": (rollback,),
    "TRUNCATE": (truncate,),
    "LOCK": (lock,),
    "EXPLAIN": (explain,),
    "COMMENT": (comment,),
    "VACUUM": (vacuum,),
    "REFRESH": (refresh,),
    "PREPARE": (prepared_transaction,),
    "COMMIT": (prepared_transaction,),
}
