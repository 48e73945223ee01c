"""UNLOAD as a client writes it, by AWS's page "UNLOAD"; what is not known is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from redshift_local.errors import Refused
from redshift_local.loading.grammar import Tokens, unescape
from redshift_local.loading.options import Options
from redshift_local.parsing import parse

if TYPE_CHECKING:
    from redshift_local.loading.access import Access

_UNKNOWN_HERE: Final = frozenset(
    {"BZIP2", "FIXEDWIDTH", "MAXFILESIZE", "PARTITION", "REGION", "ROWGROUPSIZE"}
)
_FLAGS: Final = {
    "ADDQUOTES": "add_quotes",
    "ALLOWOVERWRITE": "overwrite",
    "CLEANPATH": "clean_path",
    "ESCAPE": "escape",
    "HEADER": "header",
}
_TEXT_ONLY: Final = frozenset({"ADDQUOTES", "ESCAPE"})
_NOT: Final = {
    "TEXT": frozenset[str](),
    "CSV": _TEXT_ONLY,
    "JSON": _TEXT_ONLY | {"DELIMITER", "HEADER", "NULL"},
    "PARQUET": _TEXT_ONLY | {"DELIMITER", "HEADER", "NULL", "GZIP", "ZSTD"},
}


@dataclass(frozen=True)
class UnloadCommand:
    """One UNLOAD.

    Attributes:
        select: The query, as Redshift's SQL.
        target: URL that the names of the files begin with.
        access: Authorization.
        format: TEXT (delimited), CSV, JSON or PARQUET.
        given: Names of the options that were written.
        manifest: `plain`, `verbose` or none.
        extension: What the files' names end in.
    """

    select: str
    target: str
    access: Access
    format: str = "TEXT"
    given: frozenset[str] = frozenset()
    delimiter: str = "|"
    null: str = ""
    compression: str | None = None
    manifest: str | None = None
    extension: str | None = None
    kms_key_id: str | None = None
    parallel: bool = True
    header: bool = False
    add_quotes: bool = False
    escape: bool = False
    overwrite: bool = False
    clean_path: bool = False
    encrypted: bool = False


def parse_unload(sql: str) -> UnloadCommand:
    """Read an UNLOAD.

    Raises:
        Refused: Not an UNLOAD that Redshift takes and the stand-in knows.
    """
    tokens = Tokens(sql)
    tokens.require("UNLOAD")
    tokens.require("(")
    select = tokens.string().replace("\\\\", "\\")
    tokens.require(")")
    tokens.require("TO")
    target = tokens.string()
    if not target.startswith("s3://"):
        raise Refused(f"UNLOAD TO '{target.partition(':')[0]}'", "UNLOAD writes to s3:// only")
    _check_select(select)
    options = _Options(tokens)
    options.read_all()
    command = UnloadCommand(
        select,
        target,
        options.access.finish("UNLOAD"),
        given=frozenset(options.given),
        **options.values,
    )
    _check_together(command)
    return command


def _check_select(select: str) -> None:
    """Refuse a LIMIT in the outer select, as AWS does; one further in is allowed."""
    for statement in parse(select):
        if statement.args.get("limit") is not None:
            raise Refused("UNLOAD LIMIT", "Limit clause is not supported in UNLOAD's outer SELECT")


class _Options(Options):
    """Reads what follows the target."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, "UNLOAD", flags=_FLAGS, unknown_here=_UNKNOWN_HERE)
        self._readers |= {
            "DELIMITER": self._delimiter,
            "ENCRYPTED": self._encrypted,
            "EXTENSION": lambda: self._text("extension"),
            "KMS_KEY_ID": lambda: self._text("kms_key_id"),
            "MANIFEST": self._manifest,
            "PARALLEL": self._parallel,
        }

    def _delimiter(self) -> None:
        self._tokens.take("AS")
        text = unescape(self._tokens.string())
        if len(text) != 1 or not text.isascii():
            raise Refused("DELIMITER", "UNLOAD delimiter must be a single ASCII character")
        self.values["delimiter"] = text

    def _encrypted(self) -> None:
        self._set(encrypted=True)
        self._tokens.take("AUTO")

    def _manifest(self) -> None:
        self._set(manifest="verbose" if self._tokens.take("VERBOSE") else "plain")

    def _parallel(self) -> None:
        off = self._tokens.take("OFF") or self._tokens.take("FALSE")
        if not off:
            self._tokens.take("ON") or self._tokens.take("TRUE")
        self._set(parallel=not off)


def _check_together(command: UnloadCommand) -> None:
    for name in sorted(command.given & _NOT[command.format]):
        raise Refused(
            f"UNLOAD {command.format} with {name}",
            f"{name} is not supported for UNLOAD to {command.format}",
        )
    if command.overwrite and command.clean_path:
        raise Refused("CLEANPATH", "CLEANPATH can not be used together with ALLOWOVERWRITE")
    if command.kms_key_id and not command.encrypted:
        raise Refused("KMS_KEY_ID", "KMS_KEY_ID needs ENCRYPTED")
