"""What the loader asks of a warehouse: the seam between the engines."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from target_redshift.bookmarks import Reached
from target_redshift.limits import Limits
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

    @cached_property
    def lines(self) -> list[bytes]:
        """The rows, each without its end."""
        lines = self.text.split(b"\n")
        lines.pop()
        return lines

    def without(self, row: int) -> "tuple[str, Block]":
        """A row's text, and the block without it."""
        lines = self.text.split(b"\n")
        text = lines.pop(row).decode()
        return text, replace(self, text=b"\n".join(lines), rows=self.rows - 1)


@dataclass(frozen=True)
class Pace:
    """When what was read is to be committed at the latest: what a commit costs differs.

    Attributes:
        lines: After so many lines of input, if the settings do not say how many.
        seconds: After so long, even if there are few rows.
    """

    lines: int
    seconds: float


class Engine(Protocol):
    """A warehouse. Its methods are called by one thread, in the order of the input.

    Everything between two commits is one transaction. Any method may raise `LoadError`.
    """

    @property
    def pace(self) -> Pace:
        """How often to commit."""

    @property
    def limits(self) -> Limits:
        """What its columns cannot hold."""

    def connect(self) -> None:
        """Open the connection."""

    def prepare(self, layout: Layout) -> None:
        """Make the table of a stream, or make it take the layout's rows."""

    def load(self, block: Block) -> None:
        """Take rows, all of them.

        Raises:
            RowRefusedError: One row cannot be taken. With quarantine nothing else is lost by it.
        """

    def activate_version(self, stream: str, version: int) -> None:
        """Delete what older versions of a stream left behind."""

    def replace_tables(self) -> None:
        """Let rows that overwrite take the place of what is there: they waited for the end."""

    def check_start(self, start: Reached) -> None:
        """Refuse a bookmark that a run starts from if its rows are not here."""

    def keep_bookmarks(self, reached: Sequence[Reached]) -> None:
        """Keep how far streams are read, to be found by `check_start` of a later run."""

    def find_archived(self) -> dict[str, list[str]]:
        """The files of the raw zone whose manifests may not be written yet, by manifest."""

    def keep_archived(self, manifest: str, files: Sequence[str], listed: Sequence[str]) -> None:
        """Keep by the next commit which files of the raw zone hold its rows.

        Args:
            manifest: The manifest that will list them.
            files: The files.
            listed: Manifests that are written: their files need not be kept.
        """

    def commit(self) -> None:
        """Make everything since the last commit permanent.

        Raises:
            StagedRowRefusedError: One row cannot be taken. It is left out now, and if it is put
                aside the next try takes the rest.
        """

    def close(self) -> None:
        """Forget everything since the last commit, and close the connection."""

    def cancel(self) -> None:
        """End what runs, from another thread."""
