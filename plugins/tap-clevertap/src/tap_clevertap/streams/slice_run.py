"""One sync of a stream that is read by slices: what is written, in which order."""

from __future__ import annotations

import time
from collections import Counter
from typing import TYPE_CHECKING

from tap_clevertap.progress import Progress
from tap_clevertap.reconciliation import FAIL, Difference
from tap_clevertap.slices import Bookmarks, Counted, Finished, NoResult, Page, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_clevertap.endpoints import Slice
    from tap_clevertap.records import Builder
    from tap_clevertap.slices import Message, Read
    from tap_clevertap.streams.base import SlicedStream

_STATE_SECONDS = 1.0


class SliceRun:
    """One sync of a sliced stream."""

    def __init__(self, stream: SlicedStream, slices: list[Slice]) -> None:
        self.progress = Progress(stream.name, len(slices), stream.logger)
        self._stream = stream
        self._reads, self._parts = stream.reads, stream.parts
        self._slices = slices
        self._bookmarks = Bookmarks(slices)
        self._builders: dict[Slice, tuple[Read, Builder]] = {}
        self._rows: Counter[Read] = Counter()
        self._counts: dict[Slice, int] = {}
        self._fast = stream.writes_lines and (self._parts is None or self._parts.writes_lines)
        self._state_written = time.monotonic()

    def pages(self) -> Iterator[int]:
        """Write everything; yield how many records were written, page by page."""
        with self._stream.reader(self._slices, self.progress.retries) as reader:
            for message in reader:
                if isinstance(message, Page):
                    yield self._write_page(message)
                else:
                    self._note(message)
                self.progress.log_now_and_then()

    def write_state(self) -> None:
        """Write STATE: every slice it covers is written."""
        self._state_written = time.monotonic()
        if self._stream.tap_state:
            self._stream.tap.state_writer.write_state(self._stream.tap_state)

    def _note(self, message: Message) -> None:
        if isinstance(message, Finished):
            self._finish(message.read)
        elif isinstance(message, Counted):
            self._counts[message.slice] = message.count
        elif isinstance(message, NoResult):
            self.progress.leave_out(message)
        elif isinstance(message, Skipped):
            self.progress.skip(message.slice.event_name, message.words)

    def _write_page(self, page: Page) -> int:
        records = self._stream.records(page, self._builders)
        rows = self._write_lines(page, records) if self._fast else self._write_values(records)
        self._rows[page.read] += rows
        self.progress.add(page.read.slice, rows)
        return rows

    def _write_lines(self, page: Page, records: Iterator[tuple[bytes, ...]]) -> int:
        extracted_at = page.extracted_at.encode()
        lines = [self._lines(fields, extracted_at) for fields in records]
        self._stream.tap.line_writer.write_lines(b"".join(lines))
        return len(lines)

    def _lines(self, fields: tuple[bytes, ...], extracted_at: bytes) -> bytes:
        line = self._stream.columns.line(fields, extracted_at)
        if self._parts is None:
            return line
        # Parts come first: one that is older than its whole passes for gone.
        part_line = self._parts.columns.line
        parts = [part_line(one, extracted_at) for one in self._parts.parts(fields)]
        return b"".join([*parts, line])

    def _write_values(self, records: Iterator[tuple[bytes, ...]]) -> int:
        rows = 0
        for fields in records:
            self._stream.check_limit(self.progress.rows + rows)
            if self._parts:
                for part in self._parts.parts(fields):
                    self._parts.write_values(part)
            self._stream.write_values(fields)
            rows += 1
        return rows

    def _finish(self, read: Read) -> None:
        piece, rows = read.slice, self._rows.pop(read, 0)
        self._builders.pop(piece, None)
        self.progress.finish_slice()
        if self._is_as_counted(piece, rows):
            if self._reads:
                self._reads.write_row(read, rows)
            if reached := self._bookmarks.finish(piece):
                self._stream.move_bookmark(piece.event_name, reached)
        if time.monotonic() - self._state_written >= _STATE_SECONDS:
            self.write_state()

    def _is_as_counted(self, piece: Slice, rows: int) -> bool:
        """Whether the slice may pass for complete, by the settings for reconciliation."""
        settings = self._stream.tap.settings
        difference = Difference(piece, rows, self._counts.pop(piece, rows))
        if not difference.is_beyond(settings.reconcile_tolerance):
            return True
        self.progress.warn_of(difference)
        if settings.reconcile_counts != FAIL:
            return True
        self._stream.tap.differences.append(difference)
        return False
