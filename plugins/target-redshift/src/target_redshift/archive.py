"""The raw zone: every batch as a Parquet file too, and lists of those that are committed.

A batch's files are written before its commit, and that commit keeps their names, in the table
`_sdc_archive`. After it a manifest in the zone lists them. A run that finds names in the table
writes their manifest first, as the run before may have died in between. So whoever reads the files
that manifests list reads every row that was committed, once, and none that was not: a file in no
manifest is of a batch that was rolled back, whose rows came again, in other files perhaps.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from target_redshift.archive_store import Store, open_store
from target_redshift.bookmarks import Reached
from target_redshift.engine import Block, Engine, Pace
from target_redshift.limits import Limits
from target_redshift.metadata import BLOCK_METADATA
from target_redshift.names import conform
from target_redshift.parquet import ParquetFile
from target_redshift.rows import Layout
from target_redshift.settings import LoadMethod, Settings

_MANIFESTS = "_manifests"


@dataclass
class _Batch:
    """A file in the making.

    Attributes:
        layout: Its columns.
        file: Its rows so far.
        digest: Of what it was read from and holds.
    """

    layout: Layout
    file: ParquetFile
    digest: "hashlib._Hash"


@dataclass
class ArchivingEngine:
    """An engine whose rows go into the raw zone as well (see `engine.Engine`)."""

    engine: Engine
    settings: Settings
    _batches: dict[str, _Batch] = field(default_factory=dict)
    _files: list[str] = field(default_factory=list)
    _listed: list[str] = field(default_factory=list)
    _starts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._folder = f"raw/{conform(self.settings.schema)}"
        # A run's batches are of the day it began, so that a folder is not cut at midnight.
        self._day = datetime.now(UTC).date()
        self._store: Store = open_store(self.settings)
        self._waits = self.settings.load_method is LoadMethod.OVERWRITE

    @property
    def pace(self) -> Pace:
        """See `Engine`."""
        return self.engine.pace

    @property
    def limits(self) -> Limits:
        """See `Engine`."""
        return self.engine.limits

    def connect(self) -> None:
        """Open the connection, and list what an earlier run committed and did not come to list."""
        self.engine.connect()
        for manifest, files in self.engine.find_archived().items():
            self._list(manifest, files)

    def prepare(self, layout: Layout) -> None:
        """See `Engine`."""
        self._close(layout.schema.stream)
        self.engine.prepare(layout)

    def load(self, block: Block) -> None:
        """Have rows loaded, then add them to their stream's file."""
        self.engine.load(block)
        if block.layout.columns:
            batch = self._open(block)
            batch.file.write(block)
            batch.digest.update(_content(block))

    def activate_version(self, stream: str, version: int) -> None:
        """See `Engine`; the raw zone keeps all versions."""
        self.engine.activate_version(stream, version)

    def replace_tables(self) -> None:
        """See `Engine`; from here on the rows are no longer in vain."""
        self._waits = False
        self.engine.replace_tables()

    def check_start(self, start: Reached) -> None:
        """See `Engine`."""
        self._starts.append(start.bookmark.digest)
        self.engine.check_start(start)

    def keep_bookmarks(self, reached: Sequence[Reached]) -> None:
        """See `Engine`."""
        self.engine.keep_bookmarks(reached)

    def find_archived(self) -> dict[str, list[str]]:
        """See `Engine`."""
        return self.engine.find_archived()

    def keep_archived(self, manifest: str, files: Sequence[str], listed: Sequence[str]) -> None:
        """See `Engine`."""
        self.engine.keep_archived(manifest, files, listed)

    def commit(self) -> None:
        """Write the batch's files, commit, and list them."""
        for stream in sorted(self._batches):
            self._close(stream)
        if self._waits or not self._files:
            self.engine.commit()
            return
        files = sorted(set(self._files))
        manifest = hashlib.sha256("\n".join(files).encode()).hexdigest()
        self.engine.keep_archived(manifest, files, self._listed)
        self.engine.commit()
        self._files.clear()
        self._listed.clear()
        self._list(manifest, files)

    def close(self) -> None:
        """See `Engine`."""
        self.engine.close()
        self._store.close()

    def cancel(self) -> None:
        """See `Engine`."""
        self.engine.cancel()

    def _open(self, block: Block) -> _Batch:
        stream = block.layout.schema.stream
        if stream not in self._batches:
            digest = hashlib.sha256("\n".join(self._starts).encode())
            digest.update(b"\n%d\n" % block.first_line)
            self._batches[stream] = _Batch(block.layout, ParquetFile(block.layout), digest)
        return self._batches[stream]

    def _close(self, stream: str) -> None:
        """Write the file of a stream's rows, if there are any."""
        batch = self._batches.pop(stream, None)
        if batch is None:
            return
        name = f"{conform(stream)}/date={self._day}/{batch.digest.hexdigest()[:32]}.parquet"
        self._store.put(f"{self._folder}/{name}", batch.file.close())
        self._files.append(name)

    def _list(self, manifest: str, files: Sequence[str]) -> None:
        text = json.dumps({"files": files}, indent=1)
        self._store.put(f"{self._folder}/{_MANIFESTS}/{manifest}.json", f"{text}\n".encode())
        self._listed.append(manifest)


def _content(block: Block) -> bytes:
    """What makes a block's rows what they are: all but when they were loaded."""
    if not block.layout.with_metadata:
        return block.text
    last = block.text.removesuffix(b"\n").rpartition(b"\n")[2]
    loaded = last.split(b"\t")[-len(BLOCK_METADATA) :]
    return block.text.replace(b"\t%b\n" % b"\t".join(loaded), b"\n")
