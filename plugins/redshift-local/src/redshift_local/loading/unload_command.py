"""UNLOAD as a client writes it, by AWS's page "UNLOAD"; what is not known is refused by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from redshift_local.errors import Refused
from redshift_local.loading.access import Access, AccessClauses, redundant
from redshift_local.loading.grammar import Tokens, unescape
from redshift_local.parsing import parse

if TYPE_CHECKING:
    from collections.abc import Callable

_UNKNOWN_HERE: Final = frozenset(
    {"BZIP2", "FIXEDWIDTH", "MAXFILESIZE", "PARTITION", "REGION", "ROWGROUPSIZE"}
)
_FLAGS: Final = {
    "ADDQUOTES": "add_quotes",
    "ALLOWOVERWRITE": "overwrite",
    "CLEANPATH": "clean_path",
    "ENCRYPTED": "encrypted",
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


class _Options:
    """Reads what follows the target: options in any order."""

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens
        self.access = AccessClauses()
        self.given: list[str] = []
        self.values: dict[str, Any] = {}
        self._readers: dict[str, Callable[[], None]] = {
            "DELIMITER": lambda: self._text("delimiter"),
            "EXTENSION": lambda: self._text("extension"),
            "GZIP": lambda: self._set(compression="gzip"),
            "KMS_KEY_ID": lambda: self._text("kms_key_id"),
            "MANIFEST": self._manifest,
            "NULL": lambda: self._text("null"),
            "PARALLEL": self._parallel,
            "ZSTD": lambda: self._set(compression="zstd"),
        }

    def read_all(self) -> None:
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
        if name in _FLAGS:
            self._set(**{_FLAGS[name]: True})
            if name == "ENCRYPTED":
                self._tokens.take("AUTO")
        elif name in self._readers:
            self._readers[name]()
        elif name in _UNKNOWN_HERE:
            raise Refused(f"UNLOAD {name}", position=token.position)
        else:
            message = f'syntax error at or near "{token.text}"'
            raise Refused(
                f"UNLOAD {token.text}", message, sqlstate="42601", position=token.position
            )

    def _format(self) -> bool:
        tokens = self._tokens
        if tokens.take("FORMAT"):
            tokens.take("AS")
        name = tokens.ahead.text.upper()
        if name not in {"CSV", "JSON", "PARQUET"}:
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

    def _text(self, name: str) -> None:
        self._tokens.take("AS")
        text = self._tokens.string()
        if name in {"delimiter", "null"}:
            text = unescape(text)
        if name == "delimiter":
            if len(text) != 1 or not text.isascii():
                raise Refused("DELIMITER", "UNLOAD delimiter must be a single ASCII character")
            self.values.pop(name, None)
        self._set(**{name: text})

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
