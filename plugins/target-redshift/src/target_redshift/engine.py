"""What the loader asks of a warehouse: the seam between the engines."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from target_redshift.bookmarks import Reached
from target_redshift.rows import Layout


@dataclass(frozen=True)
class Block:
    """Rows of one layout, in the order of the stream.

    Attributes:
        layout: Their columns.
        text: COPY text, one line a row, for `layout.columns`.
        rows: How many they are.
        first_line: The number of the input line that the first row came from.
        last_line: The same of the last row.
    """

    layout: Layout
    text: bytes
    rows: int
    first_line: int
    last_line: int


class Engine(Protocol):
    """A warehouse. Its methods are called by one thread, in the order of the input.

    Everything between two commits is one transaction. Any method may raise `LoadError`.
    """

    def connect(self) -> None:
        """Open the connection."""

    def prepare(self, layout: Layout) -> None:
        """Make the table of a stream, or make it take the layout's rows."""

    def load(self, block: Block) -> None:
        """Take rows."""

    def activate_version(self, stream: str, version: int) -> None:
        """Delete what older versions of a stream left behind."""

    def check_start(self, start: Reached) -> None:
        """Refuse a bookmark that a run starts from if its rows are not here."""

    def keep_bookmarks(self, reached: Sequence[Reached]) -> None:
        """Keep how far streams are read, to be found by `check_start` of a later run."""

    def commit(self) -> None:
        """Make everything since the last commit permanent."""

    def close(self) -> None:
        """Forget everything since the last commit, and close the connection."""

    def cancel(self) -> None:
        """End what runs, from another thread."""
