"""The table in which a warehouse keeps which files of the raw zone a commit stands for."""

from collections.abc import Callable, Sequence
from typing import Any

from target_redshift.fitting import BOOKMARKS_COMMENT
from target_redshift.redshift_sql import identifier

_TABLE = "_sdc_archive"

# Runs a statement with values for its %s; the rows that it gives.
Execute = Callable[[str, Sequence[str]], Sequence[Sequence[Any]]]


class ArchiveTable:
    """Names of files by manifest, from their commit until after the manifest is written."""

    def __init__(self, execute: Execute, schema: str) -> None:
        """Take a way to run statements, in the spelling that both engines read."""
        self._execute = execute
        self._schema = schema
        self._table = identifier(schema, _TABLE)

    def find(self) -> dict[str, list[str]]:
        """The files of each manifest that may be missing."""
        found: dict[str, list[str]] = {}
        if self._exists():
            query = f"select manifest, file from {self._table} order by file"  # noqa: S608 - a quoted name
            for manifest, file in self._execute(query, ()):
                found.setdefault(manifest, []).append(file)
        return found

    def keep(self, manifest: str, files: Sequence[str], listed: Sequence[str]) -> None:
        """Keep a manifest's files, and forget those of manifests that are written."""
        if not self._exists():
            self._execute(
                f"create table {self._table}"
                " (manifest varchar(64) not null, file varchar(1024) not null)",
                (),
            )
            self._execute(f"comment on table {self._table} is '{BOOKMARKS_COMMENT}'", ())
        for each in listed:
            self._execute(f"delete from {self._table} where manifest = %s", (each,))  # noqa: S608 - a quoted name
        for each in files:
            self._execute(
                f"insert into {self._table} (manifest, file) values (%s, %s)",  # noqa: S608 - a quoted name
                (manifest, each),
            )

    def _exists(self) -> bool:
        found = self._execute(
            "select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " where n.nspname = %s and c.relname = %s",
            (self._schema, _TABLE),
        )
        return bool(found)
