"""A stream while it comes in: its schema, its two encoders and the rows that wait."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from target_redshift.engine import Block
from target_redshift.limits import NO_LIMITS, Limits
from target_redshift.rows import CarefulEncoder, FastEncoder, Layout, UnusualError
from target_redshift.schema import StreamSchema

if TYPE_CHECKING:
    from collections.abc import Callable

# Matches no line.
NO_PREFIX = b"\xff"


class _Head(msgspec.Struct):
    type: str
    stream: str = ""


_decode_head = msgspec.json.Decoder(_Head).decode


class Stream:
    """One stream.

    Attributes:
        layout: The columns of its rows.
        careful: The careful encoder.
        encode_message: The row of a RECORD line, the fast way (see `FastEncoder`).
        encode_record: The row of a bare record, the fast way.
        rows: The rows that wait to be handed over, as COPY text.
    """

    def __init__(
        self, schema: StreamSchema, *, with_metadata: bool, limits: Limits = NO_LIMITS
    ) -> None:
        self.layout = Layout(schema, with_metadata=with_metadata)
        self.careful = CarefulEncoder(self.layout, limits)
        self.rows: list[bytes] = []
        try:
            fast = FastEncoder(self.layout, limits)
        except ValueError:  # msgspec takes no name with a quote, a backslash or a control character
            self.encode_message: Callable[[bytes], bytes] = _give_up
            self.encode_record: Callable[[bytes, int | None], bytes] = _give_up
        else:
            self.encode_message = fast.encode_message
            self.encode_record = fast.encode_record

    @property
    def name(self) -> str:
        """The stream's name."""
        return self.layout.schema.stream

    def take_rows(self, started: datetime, first_line: int, last_line: int) -> Block:
        """The rows that waited, as a block; none wait any more.

        Args:
            started: When the run began.
            first_line: The input line from which on rows were waiting.
            last_line: The last input line that was read.
        """
        now = datetime.now(UTC)
        ending = "\n"
        if self.layout.with_metadata:
            stamp = now.isoformat()
            sequence = int(now.timestamp() * 1000)
            ending = f"\t{stamp}\t{stamp}\t{sequence}\t{int(started.timestamp() * 1000)}\n"
        rows, self.rows = self.rows, []
        count = len(rows)
        rows.append(b"")  # so that the last row, too, gets its ending
        return Block(self.layout, ending.encode().join(rows), count, first_line, last_line)


def _give_up(*_: object) -> bytes:
    raise UnusualError


def find_name(line: bytes) -> str | None:
    """The stream of a RECORD line; None if it is another message or cannot be read."""
    try:
        head = _decode_head(line)
    except (ValueError, RecursionError):
        return None
    return head.stream if head.type == "RECORD" else None


def find_prefix(line: bytes) -> bytes:
    """How lines of the same stream begin, up to the record, if that says which stream it is."""
    end = line.find(b'"record"')
    prefix = line[: max(end, 0)]
    return prefix if b'"stream"' in prefix else NO_PREFIX
