"""What the streams that are read by slices have in common."""

from __future__ import annotations

import logging
import sys
import time
from abc import abstractmethod
from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Stream
from singer_sdk.helpers.conform import TypeConformanceLevel
from singer_sdk.mapper import SameRecordTransform

from tap_clevertap.errors import ConfigError, TapError
from tap_clevertap.progress import Progress
from tap_clevertap.records import raw_records
from tap_clevertap.slices import Bookmarks, Finished, Page, SliceReader
from tap_clevertap.writer import LineWriter

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from singer_sdk.helpers.types import Context

    from tap_clevertap.client import Export
    from tap_clevertap.records import Builder, Columns
    from tap_clevertap.slices import Read, Slice
    from tap_clevertap.tap import TapClevertap

_STATE_SECONDS = 1.0


class ClevertapStream(Stream):
    """A stream of this tap."""

    TYPE_CONFORMANCE_LEVEL = TypeConformanceLevel.ROOT_ONLY

    @property
    def tap(self) -> TapClevertap:
        """The tap, by its own type."""
        return self._tap  # type: ignore[return-value]  # only this tap makes these streams

    def log(self, message: str, *args: object, level: int = logging.INFO, **kwargs: Any) -> None:  # noqa: ANN401  # the SDK's signature
        """Log a message."""
        if isinstance(sys.exception(), TapError) and level == logging.ERROR:
            level = logging.DEBUG  # the SDK announces what `main` is about to report
        super().log(message, *args, level=level, **kwargs)


class ReadsStream(ClevertapStream):
    """The complete reads of another stream's slices, written by that stream."""

    replication_key = "read_at"

    def get_records(self, context: Context | None) -> Iterable[dict[str, Any]]:
        """Return nothing: on its own this stream has nothing to tell."""
        del context
        return ()

    def write_schema(self) -> None:
        """Write this stream's SCHEMA."""
        self._write_schema_message()

    def write_row(self, row: dict[str, Any]) -> None:
        """Write a read's row."""
        self._write_record_message(row)


class SlicedStream(ClevertapStream):
    """A stream that is read slice by slice, several at a time.

    State moves over whole slices only, after their records and their row in the stream of reads
    are written.
    """

    export: ClassVar[Export]
    columns: ClassVar[Columns]
    bookmark_key: ClassVar[str]

    @abstractmethod
    def plan(self) -> list[Slice]:
        """Return the slices to read, each event's in the order of days."""

    @abstractmethod
    def builder(self, read: Read) -> Builder:
        """Return what makes the records of this read."""

    @abstractmethod
    def read_row(self, read: Read, rows: int) -> dict[str, Any]:
        """Return the row for the stream of reads."""

    def get_records(self, context: Context | None) -> Iterator[dict[str, Any]]:
        """Yield every planned slice's records, without writing or moving anything."""
        del context
        builders: dict[Slice, tuple[Read, Builder]] = {}
        with self.reader(self.plan(), Counter()) as reader:
            for message in reader:
                if isinstance(message, Page):
                    for fields in self.records(message, builders):
                        yield self.columns.values(fields)

    def get_batch_config(self, config: object) -> None:
        """Return no batches: a read's row must not overtake its records."""

    def bookmark(self, event_name: str) -> date | None:
        """Return the last day that the state has for this event.

        Raises:
            ConfigError: The state holds no day there.
        """
        for partition in self.state_manager.get_state_partitions() or []:
            if partition["context"] == {"event_name": event_name}:
                value = partition.get("replication_key_value")
                try:
                    return date.fromisoformat(value) if value is not None else None
                except (ValueError, TypeError):
                    raise ConfigError(
                        f"The state's bookmark of {self.name} for {event_name!r} is {value!r}, "
                        "not a day: remove it, or run a full refresh."
                    ) from None
        return None

    @property
    def reads(self) -> ReadsStream | None:
        """The stream of this one's reads, if it is selected."""
        for child in self.child_streams:
            if isinstance(child, ReadsStream) and child.selected:
                return child
        return None

    def reader(self, slices: list[Slice], retries: Counter[str]) -> SliceReader:
        """Return the reader of these slices; `retries` is filled as its workers end."""
        workers = min(self.tap.settings.max_concurrency, max(len(slices), 1))
        return SliceReader(slices, self.export, self.tap.new_client, workers, retries)

    def records(
        self, page: Page, builders: dict[Slice, tuple[Read, Builder]]
    ) -> Iterator[tuple[bytes, ...]]:
        """Yield a page's records; a slice read anew forgets what its abandoned read counted."""
        read, build = builders.get(page.read.slice, (None, None))
        if build is None or read is not page.read:
            build = self.builder(page.read)
            builders[page.read.slice] = (page.read, build)
        return map(build, raw_records(page.read, page.records))

    def write_values(self, fields: tuple[bytes, ...], index: int) -> None:
        """Write a record through the SDK; `index` counts the run's records from 0."""
        self._check_max_record_limit(index)
        self._write_record_message(self.columns.values(fields))

    def _sync_records(
        self, context: Context | None = None, *, write_messages: bool = True
    ) -> Generator[dict[str, Any], Any, Any]:
        """Read the planned slices and write their messages."""
        del context, write_messages
        if not self.selected:
            self.logger.warning("%s is not selected, so its reads are not written", self.name)
            return
        if self.reads:
            self.reads.write_schema()
        with self.get_record_counter() as counter, self.get_sync_timer():
            run = SliceRun(self, self.plan())
            try:
                for rows in run.pages():
                    counter.increment(rows)
            finally:
                run.write_state()
                run.progress.summarise()
        yield from ()

    @property
    def writes_lines(self) -> bool:
        """Whether records go out as they are: nothing is deselected, mapped or flattened."""
        maps = self.stream_maps
        return (
            self.ABORT_AT_RECORD_COUNT is None
            and isinstance(self.tap.message_writer, LineWriter)
            and len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
            and self.effective_schema == self.schema
            and all(self.mask.values())
        )


class SliceRun:
    """One sync of a sliced stream."""

    def __init__(self, stream: SlicedStream, slices: list[Slice]) -> None:
        self.progress = Progress(stream.name, len(slices), stream.logger)
        self._stream = stream
        self._slices = slices
        self._bookmarks = Bookmarks(slices)
        self._builders: dict[Slice, tuple[Read, Builder]] = {}
        self._rows: Counter[Read] = Counter()
        self._fast = stream.writes_lines
        self._state_written = time.monotonic()

    def pages(self) -> Iterator[int]:
        """Write everything; yield how many records were written, page by page."""
        with self._stream.reader(self._slices, self.progress.retries) as reader:
            for message in reader:
                if isinstance(message, Page):
                    yield self._write_page(message)
                elif isinstance(message, Finished):
                    self._finish(message.read)
                else:
                    self.progress.skip(message.slice.event_name, message.words)

    def _write_page(self, page: Page) -> int:
        records = self._stream.records(page, self._builders)
        rows = self._write_lines(page, records) if self._fast else self._write_values(records)
        self._rows[page.read] += rows
        self.progress.add(page.read.slice.event_name, rows)
        return rows

    def _write_lines(self, page: Page, records: Iterator[tuple[bytes, ...]]) -> int:
        line = self._stream.columns.line
        extracted_at = page.extracted_at.encode()
        lines = [line(fields, extracted_at) for fields in records]
        self._stream.tap.line_writer.write_lines(b"".join(lines))
        return len(lines)

    def _write_values(self, records: Iterator[tuple[bytes, ...]]) -> int:
        stream = self._stream
        rows = 0
        for fields in records:
            stream.write_values(fields, self.progress.rows + rows)
            rows += 1
        return rows

    def _finish(self, read: Read) -> None:
        stream, piece = self._stream, read.slice
        self._builders.pop(piece, None)
        row = stream.read_row(read, self._rows.pop(read, 0))
        if stream.reads:
            stream.reads.write_row(row)
        if reached := self._bookmarks.finish(piece):
            self._move_bookmark(piece.event_name, reached)
        self.progress.finish_slice()
        if time.monotonic() - self._state_written >= _STATE_SECONDS:
            self.write_state()

    def _move_bookmark(self, event_name: str, reached: date) -> None:
        before = self._stream.bookmark(event_name)
        state = self._stream.get_context_state({"event_name": event_name})
        state["replication_key"] = self._stream.bookmark_key
        state["replication_key_value"] = max(before or reached, reached).isoformat()

    def write_state(self) -> None:
        """Write STATE: every slice it covers is written."""
        self._state_written = time.monotonic()
        if self._stream.tap_state:
            self._stream.tap.state_writer.write_state(self._stream.tap_state)
