"""COPY as a client writes it, read into one value; what Redshift refuses is refused by name.

By AWS's pages "COPY", "COPY parameters" (data format, data conversion, data load operations) and
"COPY from columnar data formats".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from redshift_local.errors import Refused
from redshift_local.loading.grammar import Tokens, unescape
from redshift_local.loading.options import FORMATS, Options

if TYPE_CHECKING:
    from redshift_local.loading.access import Access

_MOST_ERRORS: Final = 100_000
_UNKNOWN_HERE: Final = frozenset(
    [
        "ACCEPTANYDATE",
        "AVRO",
        "BZIP2",
        "COMPROWS",
        "ENCRYPTED",
        "EXPLICIT_IDS",
        "FIXEDWIDTH",
        "IGNOREALLERRORS",
        "LZOP",
        "MASTER_SYMMETRIC_KEY",
        "NOLOAD",
        "ORC",
        "READRATIO",
        "SHAPEFILE",
        "SSH",
    ]
)
_FLAGS: Final = {
    "MANIFEST": "manifest",
    "BLANKSASNULL": "blanks_as_null",
    "EMPTYASNULL": "empty_as_null",
    "ESCAPE": "escape",
    "FILLRECORD": "fill_record",
    "IGNOREBLANKLINES": "ignore_blank_lines",
    "REMOVEQUOTES": "remove_quotes",
    "ROUNDEC": "round_decimals",
    "SERIALIZETOJSON": "serialize_to_json",
    "TRIMBLANKS": "trim_blanks",
    "TRUNCATECOLUMNS": "truncate_columns",
}
_FORBIDDEN: Final = {
    "CSV": frozenset({"ESCAPE", "REMOVEQUOTES", "SERIALIZETOJSON"}),
    "TEXT": frozenset({"QUOTE", "SERIALIZETOJSON"}),
    "JSON": frozenset(
        [
            "DELIMITER",
            "ESCAPE",
            "FILLRECORD",
            "IGNOREBLANKLINES",
            "IGNOREHEADER",
            "NULL",
            "QUOTE",
            "REMOVEQUOTES",
            "SERIALIZETOJSON",
        ]
    ),
}
# "Only the following COPY parameters are supported" (COPY from columnar data formats).
_COLUMNAR: Final = frozenset({"FILLRECORD", "MANIFEST", "STATUPDATE", "SERIALIZETOJSON"})


@dataclass(frozen=True)
class CopyCommand:
    """One COPY.

    Attributes:
        table: Schema (or none) and name, folded.
        columns: The column list; empty when there is none.
        source: URL of the prefix or of the manifest.
        access: Authorization.
        format: CSV, TEXT (delimited), JSON or PARQUET.
        given: Names of the options that were written.
        json: `auto`, `auto ignorecase` or `noshred`.
        compression: `gzip`, `zstd` or none.
        replacement: What an invalid byte of UTF-8 becomes; none: it is an error.
        max_error: As many errors fail the load; 0 and 1 mean the first.
    """

    table: tuple[str | None, str]
    columns: tuple[str, ...]
    source: str
    access: Access
    format: str = "TEXT"
    given: frozenset[str] = field(default_factory=frozenset)
    region: str | None = None
    manifest: bool = False
    delimiter: str = "|"
    quote: str = '"'
    null: str = r"\N"
    json: str = "auto"
    compression: str | None = None
    ignore_header: int = 0
    date_format: str | None = None
    time_format: str | None = None
    max_error: int = 0
    replacement: str | None = None
    blanks_as_null: bool = False
    empty_as_null: bool = False
    escape: bool = False
    fill_record: bool = False
    ignore_blank_lines: bool = False
    remove_quotes: bool = False
    round_decimals: bool = False
    serialize_to_json: bool = False
    trim_blanks: bool = False
    truncate_columns: bool = False

    @property
    def name(self) -> str:
        """The table's name as messages give it."""
        return self.table[1]


def parse_copy(sql: str, *, keep_case: bool = False) -> CopyCommand:
    """Read a COPY.

    Args:
        sql: The statement.
        keep_case: Whether quoted names keep their case (`enable_case_sensitive_identifier`).

    Raises:
        Refused: Not a COPY from S3 that Redshift takes and the stand-in knows.
    """
    tokens = Tokens(sql)
    tokens.require("COPY")
    table = _table(tokens, keep_case=keep_case)
    columns = tokens.names(keep_case=keep_case) if tokens.take("(") else ()
    tokens.require("FROM")
    source = tokens.string()
    if not source.startswith("s3://"):
        raise Refused(f"COPY FROM '{source.partition(':')[0]}'", "COPY reads from s3:// only here")
    options = _Options(tokens)
    options.read_all()
    command = CopyCommand(
        table,
        columns,
        source,
        options.access.finish("COPY"),
        given=frozenset(options.given),
        **options.values,
    )
    _check_together(command)
    return command


def _table(tokens: Tokens, *, keep_case: bool) -> tuple[str | None, str]:
    name = tokens.name(keep_case=keep_case)
    if tokens.take("."):
        return name, tokens.name(keep_case=keep_case, behind_dot=True)
    return None, name


class _Options(Options):
    """Reads what follows the source."""

    def __init__(self, tokens: Tokens) -> None:
        super().__init__(tokens, "COPY", flags=_FLAGS, unknown_here=_UNKNOWN_HERE)
        self._readers |= {
            "ACCEPTINVCHARS": self._replacement,
            "COMPUPDATE": self._switch,
            "DATEFORMAT": lambda: self._text("date_format"),
            "DELIMITER": lambda: self._character("delimiter"),
            "ENCODING": self._encoding,
            "IGNOREHEADER": lambda: self._count("ignore_header"),
            "MAXERROR": lambda: self._count("max_error", _MOST_ERRORS),
            "QUOTE": lambda: self._character("quote"),
            "REGION": lambda: self._text("region"),
            "STATUPDATE": self._switch,
            "TIMEFORMAT": lambda: self._text("time_format"),
        }

    def _format(self) -> bool:
        tokens = self._tokens
        if tokens.take("FORMAT"):
            tokens.take("AS")
            if tokens.ahead.text.upper() not in FORMATS:
                raise Refused(f"COPY FORMAT {tokens.ahead.text.upper()}")
        found = super()._format()
        if found and self.values["format"] == "JSON":
            self._json()
        return found

    def _json(self) -> None:
        self._tokens.take("AS")
        how = self._tokens.string() if self._tokens.ahead.kind == "string" else "auto"
        if how not in {"auto", "auto ignorecase", "noshred"}:
            raise Refused(f"COPY JSON '{how}'", "COPY with a JSONPaths file is not known here")
        self.values["json"] = how

    def _character(self, name: str) -> None:
        self._tokens.take("AS")
        # as the string of a session writes it, or once more escaped: both mean a tab
        text = unescape(unescape(self._tokens.string()))
        if len(text) != 1 or not text.isascii() or text in "\r\n\0":
            label = self.given[-1]
            raise Refused(label, f"COPY {label.lower()} must be a single ASCII character")
        self.values[name] = text

    def _count(self, name: str, most: int = 2**31 - 1) -> None:
        self._tokens.take("AS")
        count = self._tokens.integer()
        if count > most:
            label = self.given[-1]
            raise Refused(label, f"{label} must be between 0 and {most}", sqlstate="22023")
        self._set(**{name: count})

    def _switch(self) -> None:
        """Read a switch without a consequence here: there are no encodings and no statistics."""
        words = ["ON", "OFF", "TRUE", "FALSE"]
        if self.given[-1] == "COMPUPDATE":
            words.append("PRESET")
        any(self._tokens.take(word) for word in words)

    def _replacement(self) -> None:
        self._tokens.take("AS")
        text = self._tokens.string() if self._tokens.ahead.kind == "string" else "?"
        if len(text) != 1 or not text.isascii() or text == "\0":
            raise Refused("ACCEPTINVCHARS", "ACCEPTINVCHARS takes a single ASCII character")
        self._set(replacement=text)

    def _encoding(self) -> None:
        self._tokens.take("AS")
        token = self._tokens.next()
        if token.text.upper() != "UTF8":
            raise Refused(f"COPY ENCODING {token.text}")


def _check_together(command: CopyCommand) -> None:
    if command.format == "PARQUET":
        _check_columnar(command)
        return
    for name in sorted(command.given & _FORBIDDEN[command.format]):
        what = "DELIMITER" if command.format == "TEXT" else command.format
        # The words of a cluster, as users quote them: "CSV is not compatible with ESCAPE".
        raise Refused(f"{what} with {name}", f"{what} is not compatible with {name}")
    if command.delimiter in command.null or command.delimiter == command.quote:
        raise Refused("DELIMITER", "COPY delimiter must not appear in the NULL or QUOTE option")


def _check_columnar(command: CopyCommand) -> None:
    # Observed on clusters: "REGION argument is not supported for PARQUET based COPY".
    for name in sorted(command.given - _COLUMNAR):
        raise _columnar(name)
    if command.columns:
        raise _columnar("Column mapping option")
    if command.access.key_id:
        message = "COPY from this file format only accepts IAM_ROLE credentials."
        raise Refused("ACCESS_KEY_ID with PARQUET", message, sqlstate="XX000")


def _columnar(name: str) -> Refused:
    return Refused(
        f"PARQUET with {name}", f"{name} argument is not supported for PARQUET based COPY"
    )
