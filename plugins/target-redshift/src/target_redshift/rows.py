"""Rows: from a RECORD line to one line of COPY text.

There are two ways to the same row. The fast one decodes the whole line once, into a struct made
from the stream's schema, and gives up at anything unusual. The careful one then looks at the line
property by property, repairs what may be repaired, and names what may not. COPY's text format is
used with `None` as its NULL, because that is how Python writes a missing value.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal

import msgspec

from target_redshift.errors import InputError, InvalidRecordError, InvalidValueError, shorten
from target_redshift.limits import NO_LIMITS, Limits, OversizedError
from target_redshift.metadata import (
    BLOCK_METADATA,
    CHANGES,
    DELETED_AT,
    EXTRACTED_AT,
    TABLE_VERSION,
)
from target_redshift.schema import Kind, Property, StreamSchema
from target_redshift.settings import OnOversize
from target_redshift.values import (
    BIGINT_MAX,
    BIGINT_MIN,
    MEMOS,
    InexactValueError,
    Memo,
    OutOfColumnError,
    encode,
    instants,
)

NULL = "None"
_NULL = NULL.encode()

_SCALARS = (Kind.TEXT, Kind.INTEGER, Kind.BOOLEAN, Kind.INSTANT, Kind.DATE, Kind.TIME)
_SCALAR_TYPES: dict[Kind, Any] = {
    Kind.INTEGER: Annotated[int, msgspec.Meta(ge=BIGINT_MIN, le=BIGINT_MAX)],
    Kind.BOOLEAN: bool,
}
# As a default it tells an absent property from a null; as text it is NULL as well.
_ABSENT = NULL
_ABSENT_RAW = msgspec.Raw(b" null")
_NULL_TOKENS = (b"null", b" null")
_NUMBER_BYTES = b"0123456789.+-\t nul"
# A token longer than this may hold more digits than the warehouse keeps.
_MAX_PLAIN_NUMBERS = 16_000
# In a longer row something may be longer than a warehouse with limits keeps.
_MAX_PLAIN_ROW = 4_000_000
# A NUL, which no text column takes, or a colon that the check for duplicates would not see.
_SUSPICIOUS = re.compile(rb"\\u00(?:00|3[aA])")


class UnusualError(Exception):
    """The fast way gives up: the careful one has to look."""


# What makes the fast way give up. msgspec's errors are ValueErrors, as are our values' errors.
FAST_WAY_ERRORS = (UnusualError, InvalidValueError, ValueError, RecursionError)


def _keeping_colons(memo: Memo) -> Memo:
    """A conversion that gives up where colons come or go: they would hide a property's second."""

    def convert(text: str) -> str:
        converted = memo[text]
        if converted is None or converted.count(":") != text.count(":"):
            raise UnusualError
        return converted

    return Memo(convert)


_FAST_MEMOS = {kind: _keeping_colons(memo) for kind, memo in MEMOS.items()}
_fast_instants = _FAST_MEMOS[Kind.INSTANT]


class Layout:
    """The columns of one version of a stream's schema, in the order of COPY.

    Attributes:
        schema: The schema.
        with_metadata: Whether rows carry the `_sdc_*` columns.
        properties: What a record may hold, in the order of the row: scalars, numbers, JSON.
        columns: All columns of a row; a row ends in those that are the same in a whole block.
    """

    def __init__(self, schema: StreamSchema, *, with_metadata: bool) -> None:
        """Order the columns.

        Raises:
            InputError: The key is a column that the loader fills itself.
        """
        self.schema = schema
        self.with_metadata = with_metadata
        declared = list(schema.properties)
        if with_metadata:
            if DELETED_AT.name in schema.key:
                raise InputError(
                    f'The key of stream "{schema.stream}" names "{DELETED_AT.name}", which this '
                    "loader fills too: rename it by stream_maps, or set add_record_metadata to "
                    "false."
                )
            # The source may say itself that a record is deleted.
            declared = [each for each in declared if each.name != DELETED_AT.name]
            declared.append(DELETED_AT)
        self.scalars = [each for each in declared if each.kind in _SCALARS]
        self.numbers = [each for each in declared if each.kind is Kind.NUMBER]
        self.json = [each for each in declared if each.kind is Kind.JSON]
        self.properties = (*self.scalars, *self.numbers, *self.json)
        self.columns: tuple[Property, ...] = self.properties
        if with_metadata:
            self.columns = (
                *self.scalars,
                EXTRACTED_AT,
                TABLE_VERSION,
                *self.numbers,
                *self.json,
                CHANGES,
                *BLOCK_METADATA,
            )


class FastEncoder:
    """The fast way from a line to a row.

    Attributes:
        layout: The row's columns.
    """

    def __init__(self, layout: Layout, limits: Limits = NO_LIMITS) -> None:
        """Make the decoders.

        Args:
            layout: The row's columns.
            limits: What they hold.

        Raises:
            ValueError: A property's name is one that msgspec cannot take.
        """
        self.layout = layout
        struct = _struct(layout)
        message = msgspec.defstruct(
            "Message",
            [
                ("type", Literal["RECORD"]),
                ("stream", Literal[layout.schema.stream]),
                ("record", struct),
                ("time_extracted", str | None, None),
                ("version", _SCALAR_TYPES[Kind.INTEGER] | None, None),
            ],
            forbid_unknown_fields=True,
            gc=False,
        )
        self._decode_message: Callable[[bytes], Any] = msgspec.json.Decoder(message).decode
        self._decode_record = msgspec.json.Decoder(struct).decode
        self._scalars_end = len(layout.scalars)
        self._numbers_end = len(layout.numbers)
        self._memos = [
            (position, _FAST_MEMOS[each.kind])
            for position, each in enumerate(layout.scalars)
            if each.kind in _FAST_MEMOS
        ]
        self._safe_characters = limits.safe_characters
        self._fitting_numbers = limits.number_pattern(layout.numbers)
        self._numbers_may_be_null = all(each.nullable for each in layout.numbers)
        self._json_starts = [_allowed_starts(each) for each in layout.json]
        self._tabs = len(_record_columns(layout)) - 1
        scalar_columns = len(layout.scalars) + 2 * layout.with_metadata
        self._format = "\t".join(["%s"] * scalar_columns)
        names = [each.name for each in layout.properties if each is not DELETED_AT]
        self._field_colons = len(names) + sum(name.count(":") for name in names)
        self._message_colons = 3 + layout.schema.stream.count(":")

    def encode_message(self, line: bytes) -> bytes:
        """The row of a RECORD message.

        Raises:
            FAST_WAY_ERRORS: The line is unusual, or wrong.
        """
        message = self._decode_message(line)
        colons = self._message_colons
        extracted, version = message.time_extracted, message.version
        if extracted is not None:
            colons += 1
        if version is not None:
            colons += 1
        return self._encode(line, message.record, colons, extracted, version)

    def encode_record(self, line: bytes, version: int | None) -> bytes:
        """The row of a bare record, as batch files hold them, of a version of its table.

        Raises:
            FAST_WAY_ERRORS: The line is unusual, or wrong.
        """
        return self._encode(line, self._decode_record(line), 0, None, version)

    def _encode(
        self,
        line: bytes,
        record: msgspec.Struct,
        colons: int,
        extracted: str | None,
        version: int | None,
    ) -> bytes:
        values = msgspec.structs.astuple(record)
        present, tokens = values[: self._scalars_end], values[self._scalars_end :]
        scalars = list(present)
        for position, memo in self._memos:
            value = scalars[position]
            if value is not _ABSENT:
                scalars[position] = memo[value]
        if self.layout.with_metadata:
            scalars += (_fast_instants[extracted], version)
        parts = [(self._format % tuple(scalars)).encode()] if scalars else []
        if self._numbers_end:
            parts.append(self._join_numbers(tokens[: self._numbers_end]))
        if self._json_starts:
            self._add_json(tokens[self._numbers_end :], parts)
        if self.layout.with_metadata:
            parts.append(_NULL)
        row = b"\t".join(parts)
        colons += self._field_colons - _count_absent(present, tokens)
        if line.count(b":") != colons + row.count(b":"):
            raise UnusualError  # a property comes twice, or a value was rewritten
        if len(row) > self._safe_characters:
            self._check_lengths(row, present)
        return self._escape(row, line) if b"\\" in line else row

    def _join_numbers(self, tokens: tuple[msgspec.Raw, ...]) -> bytes:
        numbers = b"\t".join(tokens)
        if (
            numbers.translate(None, _NUMBER_BYTES)  # some token is no plain number
            or len(numbers) > _MAX_PLAIN_NUMBERS
        ):
            raise UnusualError
        fitting = self._fitting_numbers
        if fitting is not None and fitting.fullmatch(numbers) is None:
            raise UnusualError
        if b"null" in numbers:
            if not self._numbers_may_be_null:
                raise UnusualError
            numbers = numbers.replace(b" null", _NULL).replace(b"null", _NULL)
        return numbers

    def _add_json(self, tokens: tuple[msgspec.Raw, ...], parts: list[bytes]) -> None:
        for raw, starts in zip(tokens, self._json_starts, strict=True):
            token = bytes(raw)
            if token[0] not in starts:
                raise UnusualError
            parts.append(_NULL if token in _NULL_TOKENS else token)

    def _check_lengths(self, row: bytes, scalars: tuple[Any, ...]) -> None:
        """Give up where something might be too long: a text, or the row for the sake of JSON."""
        longest = max((len(each) for each in scalars if isinstance(each, str)), default=0)
        if longest > self._safe_characters or len(row) > _MAX_PLAIN_ROW:
            raise UnusualError

    def _escape(self, row: bytes, line: bytes) -> bytes:
        """A row for COPY, of a line with escapes: no other can hold special characters."""
        if (
            row.count(b"\t") != self._tabs
            or b"\n" in row
            or b"\r" in row
            or _SUSPICIOUS.search(line) is not None
        ):
            raise UnusualError
        return row.replace(b"\\", rb"\\")


class CarefulEncoder:
    """The careful way from a record's JSON tokens to a row; it also serves mapped records."""

    def __init__(self, layout: Layout, limits: Limits = NO_LIMITS) -> None:
        self.layout = layout
        self._limits = limits
        self._names = {each.name for each in layout.properties}
        self._columns = _record_columns(layout)

    def encode(
        self,
        tokens: Mapping[str, str],
        *,
        extracted: str | None,
        version: int | None,
        notes: dict[str, Any],
    ) -> bytes:
        """The row of one record.

        Args:
            tokens: Each property's JSON text.
            extracted: The message's `time_extracted`.
            version: The message's `version`.
            notes: What was changed in the record so far; becomes `_sdc_meta`.

        Raises:
            OutOfColumnError: With the property's name as its reason: its column must be widened.
            InvalidRecordError: The record breaks its schema.
        """
        self._check_key(tokens, notes)
        self._note_undeclared(tokens, notes)
        values: dict[Property, str | None] = {
            each: self._encode_property(each, tokens, notes) for each in self.layout.properties
        }
        values[EXTRACTED_AT] = _encode_extracted(extracted)
        values[TABLE_VERSION] = None if version is None else str(version)
        values[CHANGES] = msgspec.json.encode(notes).decode() if notes else None
        row = "\t".join(escape_field(values[column]) for column in self._columns)
        try:
            self._limits.check_row(row)
        except InvalidValueError as error:
            raise InvalidRecordError(error.reason) from None
        return row.encode()

    def _check_key(self, tokens: Mapping[str, str], notes: Mapping[str, Any]) -> None:
        for name in self.layout.schema.key:
            if tokens.get(name, "null") == "null":
                raise InvalidRecordError(
                    f'its key property "{name}" has no value', key_is_missing=True
                )
            if name in notes.get("replaced_characters", ()):
                raise InvalidRecordError(
                    f'its key property "{name}" holds a NUL or a lone surrogate, and with another '
                    "character in its place it might be the key of another record"
                )

    def _note_undeclared(self, tokens: Mapping[str, str], notes: dict[str, Any]) -> None:
        undeclared = [name for name in tokens if name not in self._names]
        if not undeclared:
            return
        if self.layout.schema.closed:
            raise InvalidRecordError(
                f"its schema forbids the property {shorten(undeclared[0])} "
                "(additionalProperties: false)"
            )
        notes["undeclared"] = {name: msgspec.Raw(tokens[name].encode()) for name in undeclared}

    def _encode_property(
        self, declared: Property, tokens: Mapping[str, str], notes: dict[str, Any]
    ) -> str | None:
        token = tokens.get(declared.name)
        if token is None:
            if declared.required:
                raise InvalidRecordError(f'its required property "{declared.name}" is missing')
            return None
        try:
            value = encode(declared, token)
            return None if value is None else self._limits.fit(declared, value)
        except OutOfColumnError as error:
            raise OutOfColumnError(declared.name, error.scale) from None
        except InexactValueError as error:
            if declared.name in self.layout.schema.key:
                raise InvalidRecordError(
                    f'its key property "{declared.name}": {error.reason}, and cut off it might be '
                    "the key of another record"
                ) from None
            notes.setdefault("truncated", {})[declared.name] = msgspec.Raw(token.encode())
            return error.kept
        except OversizedError as error:
            self._put_elsewhere(declared, error, notes)
            return None
        except InvalidValueError as error:
            raise InvalidRecordError(f'property "{declared.name}": {error.reason}') from None

    def _put_elsewhere(
        self, declared: Property, error: OversizedError, notes: dict[str, Any]
    ) -> None:
        """Do with a text that is too long what the setting says: its column is null."""
        on_oversize = self._limits.on_oversize
        if self.layout.schema.rejects:  # which nothing may keep from being put aside
            on_oversize = OnOversize.SUPER if self.layout.with_metadata else OnOversize.NULL
        is_kept = on_oversize is OnOversize.SUPER and self.layout.with_metadata
        if declared.name in self.layout.schema.key or not (
            is_kept or on_oversize is OnOversize.NULL
        ):
            raise InvalidRecordError(
                f'property "{declared.name}": {error.reason} (the setting on_oversize can keep it '
                "in _sdc_meta, or leave it out, unless it is a key)"
            ) from None
        size = self._limits.safe_characters
        pieces = [error.text[at : at + size] for at in range(0, len(error.text), size)]
        note = pieces if is_kept else len(error.text.encode())
        notes.setdefault("oversized", {})[declared.name] = note


def _record_columns(layout: Layout) -> tuple[Property, ...]:
    """The columns that a record fills itself."""
    return tuple(each for each in layout.columns if each not in BLOCK_METADATA)


def _struct(layout: Layout) -> type[msgspec.Struct]:
    """A struct whose fields are the layout's properties, in the order of its rows."""
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for position, each in enumerate(layout.properties):
        kind: Any = msgspec.Raw
        default: Any = _ABSENT_RAW
        if each.kind in _SCALARS:
            kind = _SCALAR_TYPES.get(each.kind, str)
            default = None if each is DELETED_AT else _ABSENT
            if each.nullable:
                kind |= None
        name = f"field_{position}"
        fields.append((name, kind) if each.required else (name, kind, default))
    return msgspec.defstruct(
        "Record",
        fields,
        rename={f"field_{at}": each.name for at, each in enumerate(layout.properties)},
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
    )


def _count_absent(scalars: tuple[Any, ...], tokens: tuple[msgspec.Raw, ...]) -> int:
    """How many of its stream's properties a record leaves out.

    Raises:
        UnusualError: A text is "None", which COPY would take for NULL.
    """
    absent = scalars.count(_ABSENT)
    if absent and absent != list(map(id, scalars)).count(id(_ABSENT)):
        raise UnusualError
    return absent + tokens.count(_ABSENT_RAW)


def _allowed_starts(declared: Property) -> bytes:
    starts = declared.json_starts or '{["-0123456789tf'
    return (starts + "n " if declared.nullable else starts).encode()


def _encode_extracted(text: str | None) -> str | None:
    try:
        return instants[text]
    except InexactValueError as error:
        return error.kept
    except InvalidValueError as error:
        raise InvalidRecordError(f"its time_extracted: {error.reason}") from None


def escape_field(value: str | None) -> str:
    """A value as COPY text has it; None is null."""
    if value is None:
        return NULL
    if value == NULL:
        return f"\\{NULL}"
    return (
        value.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    )
