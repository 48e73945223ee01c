"""COPY: from where, and with which options."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from redshift_local.rules.findings import Finding
from redshift_local.rules.words import listed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from redshift_local.rules.statement import Statement

_COLUMNAR: Final = frozenset({"PARQUET", "ORC"})
_COLUMNAR_OPTIONS: Final = listed(
    """
    IAM_ROLE CREDENTIALS ACCESS_KEY_ID SECRET_ACCESS_KEY SESSION_TOKEN STATUPDATE MANIFEST
    FILLRECORD ACCEPTINVCHARS EXPLICIT_IDS FORMAT PARQUET ORC SERIALIZETOJSON
    """
)
_OPTIONS: Final = _COLUMNAR_OPTIONS | listed(
    """
    ACCEPTANYDATE ALLOWOVERWRITE AVRO BLANKSASNULL BZIP2 COMPROWS COMPUPDATE CSV DATEFORMAT
    DELIMITER EMPTYASNULL ENCODING ENCRYPTED ESCAPE FIXEDWIDTH GZIP IGNOREALLERRORS IGNOREBLANKLINES
    IGNOREHEADER JSON KMS_KEY_ID LZOP MASTER_SYMMETRIC_KEY MAXERROR NOLOAD NULL QUOTE READRATIO
    REGION REMOVEQUOTES ROUNDEC SHAPEFILE SSH TIMEFORMAT TRIMBLANKS TRUNCATECOLUMNS ZSTD
    """
)
_ARGUMENTS: Final = frozenset(
    {"'", "AS", "ON", "OFF", "TRUE", "FALSE", "DEFAULT", "PRESET", "SESSION", "=", ",", "UTF8"}
)


def copy(statement: Statement) -> Iterator[Finding]:
    """`COPY table [(columns)] FROM 'place' authorization [options]` (r_COPY)."""
    origin = statement.find("FROM")
    if origin is None or statement.word(origin + 1) != "'":
        place = min(1 if origin is None else origin + 1, len(statement.starts) - 1)
        yield Finding(
            "copy-source",
            f"COPY FROM {statement.word(place)}" if origin is not None else "COPY without FROM",
            "COPY reads files of S3: COPY table FROM 's3://...'",
            statement.starts[place],
        )
        return
    columnar = bool(_COLUMNAR & set(statement.words[origin:]))
    for index in range(origin + 2, len(statement.words)):
        yield from _option(statement, index, columnar=columnar)


def _option(statement: Statement, index: int, *, columnar: bool) -> Iterator[Finding]:
    word = statement.words[index]
    if word in _ARGUMENTS or word.isdigit():
        return
    if word not in _OPTIONS:
        yield Finding("copy-option", word, f"COPY has no option {word}", statement.starts[index])
    elif columnar and word not in _COLUMNAR_OPTIONS:
        yield Finding(
            "copy-columnar",
            f"COPY of Parquet or ORC with {word}",
            f"COPY of Parquet or ORC takes no {word}",
            statement.starts[index],
        )


HEADS: Final = {"COPY": (copy,)}
