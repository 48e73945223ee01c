"""The loader: takes the input's lines in order and makes of them schemas, rows and states."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

import msgspec

from target_redshift.batches import read_manifest
from target_redshift.errors import (
    InputError,
    InvalidRecordError,
    RecordBeforeSchemaError,
    shorten,
)
from target_redshift.mapping import Mapping
from target_redshift.messages import (
    NO_TOKEN,
    Message,
    NotANumberError,
    read_message,
    repair,
    split_record,
)
from target_redshift.rows import FAST_WAY_ERRORS, UnusualError
from target_redshift.schema import read_schema
from target_redshift.settings import Settings
from target_redshift.stream import NO_PREFIX, Stream, find_name, find_prefix
from target_redshift.streams import Record, Streams


class Loader:
    """Reads messages into streams."""

    def __init__(self, settings: Settings, streams: Streams, mapping: Mapping | None) -> None:
        """Make a loader.

        Args:
            settings: The loader's settings.
            streams: Where rows go.
            mapping: Stream maps and flattening, if the config asks for any.
        """
        self._settings = settings
        self._streams = streams
        self._mapping = mapping
        self._others: Counter[str] = Counter()
        self._schema_tokens: dict[str, tuple[bytes, bytes]] = {}

    def take_block(self, block: bytes) -> None:
        """Take lines of input, or nothing (when there was none for a while).

        Raises:
            LoadError: A line or the warehouse is at fault.
        """
        if block:
            lines = block.split(b"\n")
            size = len(block) // len(lines)
            is_plain = _is_plain(block)
            while lines:
                part = lines[: self._streams.room()]
                del lines[: len(part)]
                self._take_lines(part, is_plain=is_plain)
                self._streams.count_lines(len(part), size * len(part))
        self._streams.look_around()

    def count_messages(self) -> Counter[str]:
        """How many messages there were of each type."""
        return self._others + Counter({"RECORD": self._streams.line - self._others.total()})

    def _take_lines(self, lines: list[bytes], *, is_plain: bool) -> None:
        """Take lines: the loop that everything else is made to keep short."""
        streams = self._streams
        prefix = NO_PREFIX
        last_line = streams.line + len(lines)
        for number, line in enumerate(lines, streams.line + 1):
            if not line.startswith(prefix):
                stream = self._find_stream(line)
                if stream is None:
                    self._take_message(line, number)
                    prefix = NO_PREFIX
                    continue
                prefix = find_prefix(line)
                encode, append = stream.encode_message, stream.rows.append
            try:
                if not is_plain and not _is_plain(line):
                    raise UnusualError
                append(encode(line))
            except FAST_WAY_ERRORS:
                self._take_message(line, number)
                # The stream may be another one now, and its rows may be gone.
                prefix = NO_PREFIX
        streams.line = last_line

    def _find_stream(self, line: bytes) -> Stream | None:
        """The stream of a RECORD line, unless it needs the careful way."""
        name = None if self._mapping else find_name(line)
        return self._streams.get(name) if name in self._schema_tokens else None

    def _take_message(self, line: bytes, number: int) -> None:
        """Take one line the careful way."""
        self._streams.line = number
        line = line.strip()
        if not line:
            self._others[""] += 1
            return
        try:
            message = read_message(line, self._where())
        except NotANumberError as error:
            self._streams.reject(error.stream, line, InvalidRecordError(error.reason))
            return
        if message.type != "RECORD":
            self._others[message.type] += 1
        match message.type:
            case "RECORD":
                self._take_record(message)
            case "SCHEMA":
                self._take_schema(message)
            case "STATE":
                self._take_state(message)
            case "ACTIVATE_VERSION":
                self._take_version(message)
            case "BATCH":
                self._take_batch(message)
            case _:
                raise InputError(
                    f"{self._where()} is a message of the unknown type {shorten(message.type)}."
                )

    def _take_record(self, message: Message) -> None:
        self._check_schema(message)
        try:
            for record in self._read_record(message):
                self._streams.add(record)
        except InvalidRecordError as error:
            self._streams.reject(message.stream, bytes(message.record), error)

    def _read_record(self, message: Message) -> Iterable[Record]:
        notes: dict[str, Any] = {}
        try:
            tokens = split_record(message.record, notes)
        except ValueError:
            raise InvalidRecordError("it is no JSON object") from None
        extracted, version = message.time_extracted, message.version
        if self._mapping is None:
            return [Record(message.stream, tokens, notes, extracted, version)]
        return [
            Record(name, mapped, notes, extracted, version)
            for name, mapped in self._mapping.transform(
                message.stream, bytes(message.record).decode()
            )
        ]

    def _take_schema(self, message: Message) -> None:
        """Open the streams of a SCHEMA; one that came before costs nothing."""
        tokens = (bytes(message.schema), bytes(message.key_properties))
        if self._schema_tokens.get(message.stream) == tokens:
            return
        if not message.stream:
            raise InputError(f"{self._where()} is a SCHEMA without a stream.")
        schema, key = msgspec.json.decode(tokens[0]), msgspec.json.decode(tokens[1])
        strict = self._settings.validate_records
        parsed = [read_schema(message.stream, schema, key, strict=strict)]
        if self._mapping:
            parsed = [
                read_schema(*parts, strict=strict)
                for parts in self._mapping.register(message.stream, schema, key)
            ]
        for each in parsed:
            self._streams.open(each)
        self._streams.check_start(message.stream, tuple(each.stream for each in parsed))
        self._schema_tokens[message.stream] = tokens

    def _take_state(self, message: Message) -> None:
        if message.value is NO_TOKEN:
            raise InputError(f"{self._where()} is a STATE without a value.")
        if not self._schema_tokens:
            self._streams.start_from(bytes(message.value))
        self._streams.take_state(bytes(message.value))

    def _take_version(self, message: Message) -> None:
        self._check_schema(message)
        if message.version is None:
            raise InputError(f"{self._where()} is an ACTIVATE_VERSION without a version.")
        names = self._mapping.names(message.stream) if self._mapping else [message.stream]
        for name in names:
            self._streams.activate_version(name, message.version)

    def _take_batch(self, message: Message) -> None:
        """Load the files of a BATCH, in its place in the order of the stream."""
        self._check_schema(message)
        line = self._streams.line
        for name, blocks in read_manifest(message, self._where()):
            self._streams.line, self._streams.place = 0, f"the batch file {name}"
            for block in blocks:
                self._take_batch_lines(message, block)
        self._streams.line, self._streams.place = line, "the input"

    def _take_batch_lines(self, message: Message, block: bytes) -> None:
        stream = self._streams.get(message.stream) if self._mapping is None else None
        is_plain = _is_plain(block)
        lines = block.split(b"\n")
        for line in lines:
            self._streams.line += 1
            try:
                if stream is None or not is_plain:
                    raise UnusualError
                stream.rows.append(stream.encode_record(line, message.version))
            except FAST_WAY_ERRORS:
                self._take_batch_record(message, line)
                stream = self._streams.get(message.stream) if stream else None
        self._streams.count_lines(len(lines), len(block))
        self._streams.look_around()

    def _take_batch_record(self, message: Message, line: bytes) -> None:
        line = line.strip()
        if not line:
            return
        stream = msgspec.json.encode(message.stream)
        wrapped = b'{"type":"RECORD","stream":%b,"record":%b}' % (stream, line)
        try:
            record = read_message(wrapped, self._where())
        except NotANumberError as error:
            self._streams.reject(message.stream, line, InvalidRecordError(error.reason))
            return
        if bytes(record.record) != repair(line):
            raise InputError(f"{self._where()} is no JSON.")
        record.version = message.version
        self._take_record(record)

    def _check_schema(self, message: Message) -> None:
        if message.stream not in self._schema_tokens:
            raise RecordBeforeSchemaError(
                f'{self._where()} is a {message.type} of stream "{message.stream}", of which '
                "there was no SCHEMA yet."
            )

    def _where(self) -> str:
        return f"Line {self._streams.line} of {self._streams.place}"


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
