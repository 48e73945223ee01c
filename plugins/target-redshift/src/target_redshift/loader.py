"""The loader: takes the input's lines in order and has the warehouse take their rows.

Rows wait per stream, are handed to the writer's thread in blocks, and become permanent in one
transaction for all streams. A state is given out only after the commit of everything before it.
"""

import time
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from target_redshift.engine import Engine
from target_redshift.errors import (
    InputError,
    InvalidRecordError,
    LoadError,
    NullKeyError,
    RecordBeforeSchemaError,
    shorten,
)
from target_redshift.mapping import Mapping
from target_redshift.messages import Message, NotANumberError, read_message, split_record
from target_redshift.progress import Progress
from target_redshift.rows import FAST_WAY_ERRORS
from target_redshift.schema import StreamSchema, read_schema
from target_redshift.settings import LoadMethod, Settings
from target_redshift.stream import NO_PREFIX, Stream, find_name, find_prefix, rejected_schema
from target_redshift.values import OutOfBigintError
from target_redshift.writer import Writer

# So much input is read before its rows go to the warehouse.
_BLOCK_BYTES = 4 << 20
# A commit comes after so long, even if there are few rows.
_MAX_AGE_SECONDS = 30.0


class Loader:
    """Loads what it is given; `finish` or `abort` ends it."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        mapping: Mapping | None,
        write_state: Callable[[str], None],
    ) -> None:
        """Connect, and start the writer's thread.

        Args:
            settings: The loader's settings.
            engine: The warehouse.
            mapping: Stream maps and flattening, if the config asks for any.
            write_state: Gives out a state's JSON text; called in the writer's thread.

        Raises:
            LoadError: The warehouse cannot be reached.
        """
        engine.connect()
        self._settings = settings
        self._mapping = mapping
        self._write_state = write_state
        self._writer = Writer(engine)
        self._progress = Progress()
        self._started = datetime.now(UTC)
        self._streams: dict[str, Stream] = {}
        self._declared: dict[str, StreamSchema] = {}
        self._schema_tokens: dict[str, tuple[bytes, bytes]] = {}
        self._state: bytes | None = None
        self._line = 0
        self._first_waiting_line = 1
        self._waiting_bytes = 0
        self._uncommitted_lines = 0
        self._has_uncommitted_work = False
        self._committed_at = time.monotonic()

    def take_block(self, block: bytes) -> None:
        """Take lines of input, or nothing (when there was none for a while).

        Raises:
            LoadError: A line or the warehouse is at fault.
        """
        if block:
            lines = block.split(b"\n")
            is_plain = _is_plain(block)
            while lines:
                room = max(self._settings.batch_size_rows - self._uncommitted_lines, 1)
                self._take_lines(lines[:room], is_plain=is_plain)
                del lines[:room]
                if self._uncommitted_lines >= self._settings.batch_size_rows:
                    self._flush()
            self._count_waiting(len(block))
        if time.monotonic() - self._committed_at >= _MAX_AGE_SECONDS:
            self._flush()
        self._writer.check()
        self._progress.tell()

    def finish(self) -> None:
        """Make everything permanent, give out the last state, and say what was done.

        Raises:
            LoadError: The warehouse is at fault, or too many records were rejected.
        """
        self._flush()
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

    def _take_lines(self, lines: list[bytes], *, is_plain: bool) -> None:
        """Take lines: the loop that everything else is made to keep short."""
        prefix = NO_PREFIX
        last_line = self._line + len(lines)
        for number, line in enumerate(lines, self._line + 1):
            if not line.startswith(prefix):
                stream = None if self._mapping else self._streams.get(find_name(line) or "")
                if stream is None:
                    self._take_message(line, number)
                    continue
                prefix = find_prefix(line)
                encode, append = stream.encode_message, stream.rows.append
            if not is_plain and not _is_plain(line):
                self._take_message(line, number)
                prefix = NO_PREFIX
                continue
            try:
                append(encode(line))
            except FAST_WAY_ERRORS:
                self._take_message(line, number)
                prefix = NO_PREFIX
        self._line = last_line
        self._uncommitted_lines += len(lines)

    def _take_message(self, line: bytes, number: int) -> None:
        """Take one line the careful way."""
        self._line = number
        line = line.strip()
        if not line:
            return
        try:
            message = read_message(line, number)
        except NotANumberError as error:
            self._reject(error.stream, line, number, InvalidRecordError(error.reason))
            return
        match message.type:
            case "RECORD":
                self._take_record(message, number)
            case "SCHEMA":
                self._take_schema(message, number)
            case "STATE":
                self._state = bytes(message.value)
            case "ACTIVATE_VERSION":
                self._take_version(message, number)
            case "BATCH":
                self._take_batch(message, number)
            case _:
                raise InputError(
                    f"Line {number} of the input is a message of the unknown type "
                    f"{shorten(message.type)}."
                )

    def _take_record(self, message: Message, number: int) -> None:
        if message.stream not in self._schema_tokens:
            raise RecordBeforeSchemaError(
                f'Line {number} of the input is a RECORD of stream "{message.stream}", of which '
                "there was no SCHEMA yet."
            )
        try:
            for name, tokens, notes in self._read_record(message):
                self._add(name, tokens, notes, message)
        except InvalidRecordError as error:
            self._reject(message.stream, bytes(message.record), number, error)

    def _read_record(
        self, message: Message
    ) -> Iterable[tuple[str, dict[str, str], dict[str, Any]]]:
        """What a RECORD says: stream, properties as JSON text, and what was changed in them."""
        notes: dict[str, Any] = {}
        try:
            tokens = split_record(message.record, notes)
        except ValueError:
            raise InvalidRecordError("it is no JSON object") from None
        if self._mapping is None:
            return [(message.stream, tokens, notes)]
        record = bytes(message.record).decode()
        return [
            (name, mapped, dict(notes))
            for name, mapped in self._mapping.transform(message.stream, record)
        ]

    def _add(
        self, name: str, tokens: dict[str, str], notes: dict[str, Any], message: Message
    ) -> None:
        """Add a row; if a value needs it, its column is widened first."""
        while True:
            stream = self._streams[name]
            try:
                row = stream.careful.encode(
                    tokens,
                    extracted=message.time_extracted,
                    version=message.version,
                    notes=dict(notes),
                )
            except OutOfBigintError as error:
                self._open(stream.layout.schema.widened(error.reason))
                continue
            stream.rows.append(row)
            return

    def _reject(self, name: str, record: bytes, number: int, error: InvalidRecordError) -> None:
        """Put an invalid record aside, or end the run."""
        if not self._settings.quarantine:
            kind = NullKeyError if error.key_is_missing else LoadError
            raise kind(
                f'Line {number} of the input, stream "{name}"{self._key_of(name, record)}: '
                f"{error.reason}. Mend the source or its schema, or set on_invalid_record to "
                "quarantine."
            )
        rejected = rejected_schema(name)
        if rejected.stream not in self._streams:
            self._open(rejected)
        values = {
            "record": record.decode(errors="replace"),
            "reason": error.reason,
            "line_number": number,
            "rejected_at": datetime.now(UTC),
        }
        tokens = {key: msgspec.json.encode(value).decode() for key, value in values.items()}
        stream = self._streams[rejected.stream]
        stream.rows.append(stream.careful.encode(tokens, extracted=None, version=None, notes={}))
        self._progress.rejected[name] += 1

    def _key_of(self, name: str, record: bytes) -> str:
        """The key of a record, for an error; nothing if it cannot be read."""
        stream = self._streams.get(name)
        try:
            tokens = split_record(msgspec.Raw(record), {})
        except (ValueError, RecursionError):
            return ""
        key = stream.layout.schema.key if stream else ()
        told = [f"{each}={shorten(tokens.get(each, 'missing'))}" for each in key]
        return f", record {', '.join(told)}" if told else ""

    def _take_schema(self, message: Message, number: int) -> None:
        """Open the streams of a SCHEMA; one that came before costs nothing."""
        tokens = (bytes(message.schema), bytes(message.key_properties))
        if self._schema_tokens.get(message.stream) == tokens:
            return
        if not message.stream:
            raise InputError(f"Line {number} of the input is a SCHEMA without a stream.")
        schema, key = msgspec.json.decode(tokens[0]), msgspec.json.decode(tokens[1])
        strict = self._settings.validate_records
        streams: Iterable[tuple[str, Any, Any]] = [(message.stream, schema, key)]
        if self._mapping:
            read_schema(message.stream, schema, key, strict=strict)
            streams = self._mapping.register(message.stream, schema, key)
        for each in [read_schema(*parts, strict=strict) for parts in streams]:
            if self._declared.get(each.stream) != each:
                self._declared[each.stream] = each
                self._open(each)
        self._schema_tokens[message.stream] = tokens

    def _open(self, schema: StreamSchema) -> None:
        """Make a stream take rows of a schema, behind the rows of its last one."""
        before = self._streams.get(schema.stream)
        if before is not None:
            self._hand_over(before)
        stream = Stream(schema, with_metadata=self._settings.add_record_metadata)
        self._streams[schema.stream] = stream
        self._writer.submit(lambda engine: engine.prepare(stream.layout))
        if self._settings.load_method is LoadMethod.OVERWRITE:
            self._has_uncommitted_work = True
        if not self._has_uncommitted_work and not any(each.rows for each in self._streams.values()):
            self._flush()  # so that no lock is held while the source is slow

    def _take_version(self, message: Message, number: int) -> None:
        if message.stream not in self._schema_tokens or message.version is None:
            raise InputError(
                f"Line {number} of the input is an ACTIVATE_VERSION without a version, or of a "
                f'stream ("{message.stream}") of which there was no SCHEMA yet.'
            )
        if not self._settings.process_activate_version_messages:
            return
        version = message.version
        names = self._mapping.names(message.stream) if self._mapping else [message.stream]
        for name in names:
            self._hand_over(self._streams[name])
            self._has_uncommitted_work = True
            self._writer.submit(lambda engine, name=name: engine.activate_version(name, version))  # type: ignore[misc]

    def _take_batch(self, message: Message, number: int) -> None:
        raise InputError(f"Line {number}: BATCH is to come.")

    def _count_waiting(self, size: int) -> None:
        self._waiting_bytes += size
        if self._waiting_bytes >= _BLOCK_BYTES:
            self._hand_over_all()

    def _hand_over_all(self) -> None:
        for stream in list(self._streams.values()):
            self._hand_over(stream)
        self._waiting_bytes = 0
        self._first_waiting_line = self._line + 1

    def _hand_over(self, stream: Stream) -> None:
        """Give a stream's rows to the writer."""
        if not stream.rows:
            return
        block = stream.take_rows(self._started, self._first_waiting_line, self._line)
        self._progress.rows[stream.name] += block.rows
        self._has_uncommitted_work = True
        self._writer.submit(lambda engine: engine.load(block))

    def _flush(self) -> None:
        """Have everything committed, and then the last state given out."""
        self._hand_over_all()
        state, self._state = self._state, None
        write_state = self._write_state

        def commit(engine: Engine) -> None:
            engine.commit()
            if state is not None:
                write_state(state.decode())

        self._writer.submit(commit)
        self._uncommitted_lines = 0
        self._has_uncommitted_work = False
        self._committed_at = time.monotonic()


def _is_plain(data: bytes) -> bool:
    """Whether input needs no second look: UTF-8 without tabs and carriage returns."""
    if b"\t" in data or b"\r" in data:
        return False
    if data.isascii():
        return True
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
