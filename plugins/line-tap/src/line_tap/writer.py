"""Singer messages on standard output, whole lines only."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from singer_sdk.singerlib.encoding import SimpleSingerWriter

from line_tap.errors import OutputClosedError

if TYPE_CHECKING:
    from singer_sdk.singerlib.encoding.simple import Message


class LineWriter(SimpleSingerWriter):
    """Writes the SDK's messages and ready lines; a signal never cuts a line in two."""

    def __init__(self) -> None:
        super().__init__()
        self._writing = False
        self._exit_code: int | None = None

    def write_message(self, message: Message) -> None:
        """Write one of the SDK's messages."""
        self.write_lines(self.format_message(message).encode() + b"\n")

    def write_lines(self, lines: bytes) -> None:
        """Write complete lines.

        Raises:
            OutputClosedError: The reader has gone.
        """
        self._writing = True
        try:
            rest = memoryview(lines)
            while rest:  # a signal makes a write shorter than it was asked to be
                rest = rest[sys.stdout.buffer.write(rest) :]
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            # What is buffered cannot be written any more; at exit, Python would try again.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise OutputClosedError(
                "The target has closed the pipe; its own log says why. What it has confirmed "
                "is kept, the next run goes on from there."
            ) from None
        finally:
            self._writing = False
        if self._exit_code is not None:
            raise SystemExit(self._exit_code)

    def exit_soon(self, code: int) -> None:
        """Raise SystemExit: now, or when the line being written is whole (for signal handlers)."""
        self._exit_code = code
        if not self._writing:
            raise SystemExit(code)
