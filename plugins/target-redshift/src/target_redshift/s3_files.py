"""Files on S3 on their way into Redshift: written in parallel, listed in a manifest, removed.

COPY reads a file per slice at a time and does not split a compressed one, so a batch becomes
several of about one size (AWS: 1 MB to 1 GB each, a multiple of the slices).
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa  # type: ignore[import-untyped]  # it has no types

from target_redshift.errors import WarehouseError
from target_redshift.s3_client import Bucket
from target_redshift.workers import Workers

# A file is worth a slice's work from here on, and is closed at the latest there.
_LEAST_BYTES = 1 << 20
_MOST_BYTES = 16 << 20
# What may be held in memory for the files of a stream that are open.
_MOST_OPEN_BYTES = 64 << 20
_log = logging.getLogger("target-redshift")


class _OpenFile:
    """A file that is being compressed in memory."""

    def __init__(self) -> None:
        self._sink = pa.BufferOutputStream()
        self._stream = pa.CompressedOutputStream(self._sink, "zstd")
        self.rows = 0

    @property
    def size(self) -> int:
        """How many bytes it has so far; the last 128 kB may still be in the compressor."""
        return int(self._sink.tell())

    def write(self, data: bytes, rows: int) -> None:
        self._stream.write(data)
        self.rows += rows

    def close(self) -> bytes:
        self._stream.close()
        return bytes(self._sink.getvalue())


@dataclass(frozen=True)
class StagedFile:
    """A file on S3 and what is in it.

    Attributes:
        key: Its key.
        rows: How many rows it holds.
    """

    key: str
    rows: int


@dataclass
class Batch:
    """Rows of one layout that one COPY loads.

    Attributes:
        name: Keys of its files begin with it.
        rows: How many rows there are.
        files: The files that are closed; each is uploaded, or on its way.
        workers: Who uploads them.
    """

    name: str
    bucket: Bucket
    workers: Workers
    slices: int
    rows: int = 0
    files: list[StagedFile] = field(default_factory=list)
    _replaced: list[StagedFile] = field(default_factory=list)
    _manifests: dict[tuple[StagedFile, ...], str] = field(default_factory=dict)
    _numbered: int = 0
    _open: list[_OpenFile] = field(default_factory=list)

    def write(self, data: bytes, rows: int) -> None:
        """Add rows to the file that has the fewest bytes."""
        file = self._choose()
        file.write(data, rows)
        self.rows += rows
        most = min(_MOST_BYTES, max(_LEAST_BYTES, _MOST_OPEN_BYTES // self.slices))
        if len(self._open) == self.slices and min(each.size for each in self._open) >= most:
            self._upload()

    def close_full_files(self) -> list[StagedFile]:
        """Have the open files uploaded, if each is worth a slice's work; the same files."""
        if len(self._open) < self.slices or min(each.size for each in self._open) < _LEAST_BYTES:
            return []
        self._upload()
        return self.files[-self.slices :]

    def finish(self) -> None:
        """Have all uploaded.

        Raises:
            WarehouseError: S3 does not take it.
        """
        self._upload()
        self.workers.wait()

    def list_files(self, files: Sequence[StagedFile]) -> str:
        """The key of a manifest of files that are uploaded.

        Raises:
            WarehouseError: S3 does not take it.
        """
        listed = tuple(files)
        if listed not in self._manifests:
            number = f"-{len(self._manifests) + 1:04d}" if self._manifests else ""
            key = f"{self.name}{number}.manifest"
            entries = [
                {"url": f"s3://{self.bucket.name}/{each.key}", "mandatory": True} for each in files
            ]
            self.bucket.put(key, json.dumps({"entries": entries}).encode())
            self._manifests[listed] = key
        return self._manifests[listed]

    def replace(self, file: StagedFile, data: bytes, rows: int) -> None:
        """Put other rows in the place of a file's; `finish` has to come after.

        Args:
            file: One of `files`.
            data: CSV.
            rows: How many they are.
        """
        self.rows += rows - file.rows
        self.files.remove(file)
        self._replaced.append(file)
        if rows:
            instead = _OpenFile()
            instead.write(data, rows)
            self._open.append(instead)

    def list_keys(self) -> Sequence[str]:
        """Everything of it that is on S3."""
        return [*(each.key for each in (*self.files, *self._replaced)), *self._manifests.values()]

    def _choose(self) -> _OpenFile:
        """The smallest open file; a new one once the others are worth a slice's work each."""
        is_worth_more = all(each.size >= _LEAST_BYTES for each in self._open)
        if is_worth_more and len(self._open) < self.slices:
            self._open.append(_OpenFile())
        return min(self._open, key=lambda each: each.size)

    def _upload(self) -> None:
        for each in self._open:
            self._numbered += 1
            key = f"{self.name}-{self._numbered:04d}.csv.zst"
            self.files.append(StagedFile(key, each.rows))
            data = each.close()
            self.workers.submit(partial(self.bucket.put, key, data))
        self._open.clear()


def decompress(data: bytes) -> bytes:
    """What a staged file holds.

    Raises:
        WarehouseError: It was changed meanwhile.
    """
    try:
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            return bytes(stream.read())
    except OSError as error:
        raise WarehouseError(f"A staged file is damaged ({error}).") from None
