"""The files of BATCH messages: JSON lines, plain or compressed by gzip."""

import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

import fsspec  # type: ignore[import-untyped]  # it has no types
import msgspec

from target_redshift.errors import InputError, LoadError, shorten
from target_redshift.lines import join_lines
from target_redshift.messages import Message

_READ_BYTES = 1 << 20


class _Encoding(msgspec.Struct):
    format: str
    compression: str | None = None


def read_manifest(message: Message, where: str) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield the name of each file of a BATCH message, and its content in blocks of whole lines.

    Args:
        message: The message.
        where: Which line it is, for an error.

    Raises:
        InputError: The message is not of the kind that can be loaded.
        LoadError: A file cannot be read.
    """
    try:
        encoding = msgspec.json.decode(message.encoding, type=_Encoding)
        manifest = msgspec.json.decode(message.manifest, type=list[str])
    except msgspec.ValidationError as error:
        raise InputError(f"{where} is a BATCH that cannot be read: {error}.") from None
    if encoding.format != "jsonl" or encoding.compression not in (None, "none", "gzip"):
        raise InputError(
            f"{where} is a BATCH of {shorten(encoding.format)} files compressed by "
            f"{shorten(encoding.compression)}: only jsonl, plain or by gzip, can be loaded."
        )
    compression = "gzip" if encoding.compression == "gzip" else None
    for url in manifest:
        name = PurePosixPath(url).name
        yield name, join_lines(_read_file(url, name, compression, where))


def _read_file(url: str, name: str, compression: str | None, where: str) -> Iterator[bytes]:
    try:
        file: Any
        with fsspec.open(url, "rb", compression=compression) as file:
            while data := file.read(_READ_BYTES):
                yield data
    except (OSError, EOFError, zlib.error, ImportError, ValueError) as error:
        raise LoadError(
            f'{where} is a BATCH whose file "{name}" cannot be read '
            f"({type(error).__name__}: {error})."
        ) from None
