"""Records that are put aside into `<stream>__rejected`, and rows that only the database refuses."""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

from target_redshift.engine import Block, Engine
from target_redshift.errors import LoadError, RowRefusedError, StagedRowRefusedError, shorten
from target_redshift.metadata import Metadata
from target_redshift.rows import NULL, Layout
from target_redshift.schema import REJECTED, Kind, Property, StreamSchema
from target_redshift.stream import Stream

ADVICE = "Mend the source or its schema, or set on_invalid_record to quarantine."
_COPY_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_COPY_ESCAPES = {"t": "\t", "n": "\n", "r": "\r"}
_BARE_KINDS = (Kind.INTEGER, Kind.NUMBER, Kind.JSON)


def rejected_schema(stream: str) -> StreamSchema:
    """The schema of the table that holds a stream's invalid records."""
    return StreamSchema(
        stream=stream + REJECTED,
        properties=(
            Property("record", Kind.TEXT),
            Property("reason", Kind.TEXT),
            Property("line_number", Kind.INTEGER),
            Property("rejected_at", Kind.INSTANT),
        ),
        key=(),
        rejects=True,
    )


def rejected_tokens(record: str, reason: str, line: int | None) -> dict[str, str]:
    """A row of `rejected_schema`, as JSON text by property.

    Args:
        record: The record as it came.
        reason: What is wrong with it.
        line: The number of its line, if that is known.
    """
    values = {
        "record": record,
        "reason": reason,
        "line_number": line,
        "rejected_at": datetime.now(UTC),
    }
    return {name: msgspec.json.encode(value).decode() for name, value in values.items()}


def tell_key(key: tuple[str, ...], tokens: dict[str, str]) -> str:
    """A record's key, as an error adds it; nothing without a key."""
    told = [f"{each}={shorten(tokens.get(each, 'missing'))}" for each in key]
    return f", record {', '.join(told)}" if told else ""


@dataclass
class Refusals:
    """What the warehouse refuses of a run: it is put aside, or ends the run.

    Values are checked before. What is left are nested numbers beyond the database's range, and
    constraints that somebody gave the table.

    Attributes:
        quarantine: Whether refused rows are put aside.
        started: When the run began.
        counts: How many rows were put aside, by stream.
    """

    quarantine: bool
    started: datetime
    counts: Counter[str]

    def load(self, engine: Engine, block: Block) -> None:
        """Have a block loaded.

        Raises:
            LoadError: A row is refused and may not be put aside, or the warehouse is at fault.
        """
        lines = (block.first_line, block.last_line)
        while block.rows:
            try:
                engine.load(block)
            except RowRefusedError as error:
                row, rest = block.without(error.row)
                self._take(engine, block.layout, row, lines, error)
                block = rest
            else:
                return

    def commit(self, engine: Engine) -> None:
        """Have what was loaded committed.

        Raises:
            LoadError: As of `load`.
        """
        while True:
            try:
                engine.commit()
            except StagedRowRefusedError as error:
                self._take(engine, error.layout, error.row, error.lines, error)
            else:
                return

    def _take(
        self,
        engine: Engine,
        layout: Layout,
        row: str,
        lines: tuple[int, int],
        error: RowRefusedError | StagedRowRefusedError,
    ) -> None:
        """Put a row aside, or end the run."""
        schema = layout.schema
        record = _read_row(layout, row)
        told = f"lines {lines[0]} to {lines[1]} of the input"
        if not self.quarantine:
            raise LoadError(
                f'The database refuses a record of stream "{schema.stream}" ({told}'
                f"{tell_key(schema.key, record)}): {error.reason}. {ADVICE}"
            ) from error
        rejected = rejected_schema(schema.stream)
        stream = Stream(rejected, with_metadata=layout.with_metadata, limits=engine.limits)
        text = ", ".join(
            f"{msgspec.json.encode(name).decode()}: {token}" for name, token in record.items()
        )
        reason = f"the database refuses it ({error.reason}), from {told}"
        tokens = rejected_tokens(f"{{{text}}}", reason, None)
        stream.rows.append(stream.careful.encode(tokens, extracted=None, version=None, notes={}))
        engine.prepare(stream.layout)
        engine.load(stream.take_rows(self.started, *lines))
        self.counts[schema.stream] += 1


def _read_row(layout: Layout, row: str) -> dict[str, str]:
    """The record that a row was made of, as JSON text by property; it may be spelled otherwise."""
    return {
        column.name: _read_field(column.kind, field)
        for column, field in zip(layout.columns, row.split("\t"), strict=True)
        if not isinstance(column, Metadata) and field != NULL
    }


def _read_field(kind: Kind, field: str) -> str:
    text = _COPY_ESCAPE.sub(lambda match: _COPY_ESCAPES.get(match[1], match[1]), field)
    if kind in _BARE_KINDS:
        return text
    return text.lower() if kind is Kind.BOOLEAN else msgspec.json.encode(text).decode()
