"""All streams of a run: opened by schemas, filled by rows, emptied into the warehouse.

Rows wait per stream, are handed to the writer's thread in blocks, and become permanent in one
transaction for all streams. A state is given out only after the commit of everything before it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import msgspec

from target_redshift.bookmarks import WHOLE_STATE, Bookmark, Reached, read_bookmarks
from target_redshift.engine import Engine
from target_redshift.errors import InvalidRecordError, LoadError, NullKeyError
from target_redshift.messages import split_record
from target_redshift.progress import Progress
from target_redshift.rejects import (
    ADVICE,
    Refusals,
    rejected_schema,
    rejected_tokens,
    tell_key,
)
from target_redshift.schema import StreamSchema
from target_redshift.settings import LoadMethod, Settings
from target_redshift.stream import Stream
from target_redshift.values import OutOfColumnError
from target_redshift.writer import Writer

# So much input is read before its rows go to the warehouse.
_BLOCK_BYTES = 4 << 20


@dataclass
class Record:
    """One record, read the careful way.

    Attributes:
        stream: The name of its stream.
        tokens: Its properties' JSON text.
        notes: What was changed in it.
        extracted: When the tap read it.
        version: Its table version.
    """

    stream: str
    tokens: dict[str, str]
    notes: dict[str, Any]
    extracted: str | None
    version: int | None


class Streams:
    """The streams of a run; `finish` or `abort` ends it.

    Attributes:
        line: The number of the line that is being read.
        place: What `line` counts: the input, or a file of a BATCH message.
    """

    def __init__(
        self, settings: Settings, engine: Engine, write_state: Callable[[str], None]
    ) -> None:
        """Connect, and start the writer's thread.

        Raises:
            LoadError: The warehouse cannot be reached.
        """
        engine.connect()
        self._settings = settings
        self._batch_lines = settings.batch_size_rows or engine.pace.lines
        self._max_age = engine.pace.seconds
        self._write_state = write_state
        self._limits = engine.limits
        self._writer = Writer(engine)
        self._progress = Progress()
        self._started = datetime.now(UTC)
        self._refusals = Refusals(settings.quarantine, self._started, self._progress.refused)
        self._by_name: dict[str, Stream] = {}
        self._declared: dict[str, StreamSchema] = {}
        self._state: bytes | None = None
        self._starts: dict[str, Bookmark] = {}
        self._loaded: dict[str, tuple[str, ...]] = {}
        self.line = 0
        self.place = "the input"
        self._first_waiting_line = 1
        self._waiting_bytes = 0
        self._lines = 0
        self._has_uncommitted_work = False
        self._overwrites = settings.load_method is LoadMethod.OVERWRITE
        self._committed_at = time.monotonic()

    def get(self, name: str) -> Stream | None:
        """The stream of that name, as its last schema made it."""
        return self._by_name.get(name)

    def open(self, schema: StreamSchema) -> None:
        """Make a stream take rows of a schema; one that it had already costs nothing."""
        if self._declared.get(schema.stream) != schema:
            self._declared[schema.stream] = schema
            self._prepare(schema)

    def add(self, record: Record) -> None:
        """Add a row; if a value needs it, its column is widened first.

        Raises:
            InvalidRecordError: The record breaks its schema.
        """
        while True:
            stream = self._by_name[record.stream]
            notes = dict(record.notes)
            try:
                row = stream.careful.encode(
                    record.tokens,
                    extracted=record.extracted,
                    version=record.version,
                    notes=notes,
                )
            except OutOfColumnError as error:
                self._prepare(stream.layout.schema.widened(error.reason, error.scale))
                continue
            stream.rows.append(row)
            if notes:
                self._progress.changed[record.stream] += 1
            return

    def reject(self, name: str, record: bytes, error: InvalidRecordError) -> None:
        """Put an invalid record aside.

        Raises:
            LoadError: The settings want the run to end instead.
        """
        if not self._settings.quarantine:
            kind = NullKeyError if error.key_is_missing else LoadError
            raise kind(
                f'Line {self.line} of {self.place}, stream "{name}"{self._key_of(name, record)}: '
                f"{error.reason}. {ADVICE}"
            )
        schema = rejected_schema(name)
        self.open(schema)
        tokens = rejected_tokens(record.decode(errors="replace"), error.reason, self.line)
        self.add(Record(schema.stream, tokens, {}, None, None))
        self._progress.rejected[name] += 1

    def activate_version(self, name: str, version: int) -> None:
        """Let older versions of a stream go, if the settings and the table allow it."""
        settings = self._settings
        if not settings.process_activate_version_messages or not settings.add_record_metadata:
            return
        self._hand_over(self._by_name[name])
        self._has_uncommitted_work = True
        self._writer.submit(lambda engine: engine.activate_version(name, version))

    def start_from(self, state: bytes) -> None:
        """Remember the state that came before any schema: the tap begins where it says."""
        self._starts = read_bookmarks(state)

    def check_start(self, source: str, loaded: tuple[str, ...]) -> None:
        """Have the bookmark checked that a stream starts from, once its tables are open.

        Args:
            source: The stream as the tap calls it.
            loaded: What stream maps made of it.
        """
        self._loaded[source] = loaded
        if self._overwrites:
            return
        # The rows that a whole state speaks of may all be of other streams, which come later.
        for name, tables in ((source, loaded), (WHOLE_STATE, ())):
            if start := self._starts.pop(name, None):
                self._submit_check(Reached(start, tables))

    def take_state(self, state: bytes) -> None:
        """Remember a state; the last one before a commit is given out after it."""
        self._state = state

    def room(self) -> int:
        """How many lines may be read before `count_lines` has to be told."""
        return max(self._batch_lines - self._lines, 1)

    def count_lines(self, lines: int, size: int) -> None:
        """Hand over and commit what is due after so many lines and bytes were read."""
        self._lines += lines
        self._waiting_bytes += size
        if self._lines >= self._batch_lines:
            self._flush()
        elif self._waiting_bytes >= _BLOCK_BYTES:
            self._hand_over_all()

    def look_around(self) -> None:
        """Commit if it is long ago, and tell how things go.

        Raises:
            LoadError: The warehouse is at fault.
        """
        if time.monotonic() - self._committed_at >= self._max_age:
            self._flush()
        self._writer.check()
        self._progress.tell()

    def finish(self) -> None:
        """Make everything permanent, give out the last state, and say what was done.

        Raises:
            LoadError: The warehouse is at fault, or too many records were rejected.
        """
        self._hand_over_all()
        self._writer.submit(lambda engine: engine.replace_tables())
        self._flush(is_last=True)
        self._writer.finish()
        self._progress.conclude()
        rejected = self._progress.rejected.total()
        if rejected > self._settings.max_rejected:
            raise LoadError(
                f"{rejected} invalid records were put aside into tables named <stream>__rejected, "
                f"more than max_rejected ({self._settings.max_rejected}) allows; everything else "
                "is loaded."
            )

    def abort(self) -> None:
        """Roll back what is not committed."""
        self._writer.abort()

    def _prepare(self, schema: StreamSchema) -> None:
        """Have the table made fit, behind the rows of the stream's last schema."""
        before = self._by_name.get(schema.stream)
        if before is not None:
            self._hand_over(before)
        stream = Stream(
            schema, with_metadata=self._settings.add_record_metadata, limits=self._limits
        )
        self._by_name[schema.stream] = stream
        self._writer.submit(lambda engine: engine.prepare(stream.layout))
        waits = self._has_uncommitted_work or any(each.rows for each in self._by_name.values())
        if self._overwrites or not waits:
            self._flush()  # so that no lock is held while the source is slow

    def _key_of(self, name: str, record: bytes) -> str:
        """The key of a record, for an error; nothing if it cannot be read."""
        declared = self._declared.get(name)
        try:
            tokens = split_record(msgspec.Raw(record), {})
        except (ValueError, RecursionError):
            return ""
        return tell_key(declared.key if declared else (), tokens)

    def _hand_over_all(self) -> None:
        for stream in list(self._by_name.values()):
            self._hand_over(stream)
        self._waiting_bytes = 0
        self._first_waiting_line = self.line + 1

    def _hand_over(self, stream: Stream) -> None:
        """Give a stream's rows to the writer."""
        if not stream.rows:
            return
        block = stream.take_rows(self._started, self._first_waiting_line, self.line)
        self._progress.rows[stream.name] += block.rows
        self._has_uncommitted_work = True
        self._writer.submit(lambda engine: self._refusals.load(engine, block))

    def _flush(self, *, is_last: bool = False) -> None:
        """Have everything committed, and then the last state given out.

        Rows that overwrite wait for the end of the run, and so does the state that stands for them.
        """
        self._hand_over_all()
        state = None
        if is_last or not self._overwrites:
            state, self._state = self._state, None
        write_state, reached = self._write_state, self._reached(state)

        def commit(engine: Engine) -> None:
            if reached:
                engine.keep_bookmarks(reached)
            self._refusals.commit(engine)
            if state is not None:
                write_state(state.decode())

        self._writer.submit(commit)
        self._lines = 0
        self._has_uncommitted_work = False
        self._committed_at = time.monotonic()

    def _submit_check(self, start: Reached) -> None:
        self._writer.submit(lambda engine: engine.check_start(start))

    def _reached(self, state: bytes | None) -> list[Reached]:
        """The bookmarks of a state that are of streams of this run: it carries others along."""
        if state is None:
            return []
        loaded = {**self._loaded, WHOLE_STATE: tuple(self._by_name)} if self._loaded else {}
        return [
            Reached(bookmark, loaded[stream])
            for stream, bookmark in read_bookmarks(state).items()
            if stream in loaded
        ]
