"""What can go wrong, each with one sentence for the person who reads the log."""

from typing import TYPE_CHECKING

from singer_sdk.exceptions import MissingKeyPropertiesError, RecordsWithoutSchemaException

if TYPE_CHECKING:
    from target_redshift.rows import Layout

_SHOWN_CHARACTERS = 60


def shorten(value: object) -> str:
    """A value as an error may show it: on one line, at most 60 characters."""
    text = str(value)
    if len(text) > _SHOWN_CHARACTERS:
        text = f"{text[:_SHOWN_CHARACTERS]}..."
    return repr(text)


def printable(text: str) -> str:
    """A text that stays on its line and does nothing to a terminal, whatever names are in it."""
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode() for each in text
    )


class LoadError(Exception):
    """Ends the run; its text is the one sentence that the person sees."""

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


class InputError(LoadError):
    """A message that cannot be read."""


class RecordBeforeSchemaError(LoadError, RecordsWithoutSchemaException):
    """A record came before the schema of its stream."""


class NullKeyError(LoadError, MissingKeyPropertiesError):
    """A record has no value for a property of its key."""


class WarehouseError(LoadError):
    """The database refused, or went away."""


class TerminatedError(LoadError):
    """A signal asked the run to end.

    Attributes:
        signal_number: The signal.
    """

    def __init__(self, signal_number: int, text: str) -> None:
        super().__init__(text)
        self.signal_number = signal_number


class RowRefusedError(Exception):
    """The database refuses one row of a block; without the row it would take the block.

    Attributes:
        row: Which one, counted from 0.
        reason: What is wrong with it, naming the column if it is known.
    """

    def __init__(self, row: int, reason: str) -> None:
        super().__init__(reason)
        self.row = row
        self.reason = reason


class StagedRowRefusedError(Exception):
    """A commit fails for one row, which would succeed without it.

    Attributes:
        layout: Its columns.
        row: Its COPY text, without the line's end.
        reason: What is wrong with it, naming the column if it is known.
        lines: The first and the last of the input lines that it is one of.
    """

    def __init__(self, layout: "Layout", row: str, reason: str, lines: tuple[int, int]) -> None:
        super().__init__(reason)
        self.layout = layout
        self.row = row
        self.reason = reason
        self.lines = lines


class InvalidValueError(Exception):
    """A value breaks what its property declares; the caller adds stream, key and line.

    Attributes:
        reason: What is wrong, without a full stop.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class InvalidRecordError(Exception):
    """A record breaks its schema.

    Attributes:
        reason: What is wrong, naming the property.
        key_is_missing: Whether it is the key that has no value.
    """

    def __init__(self, reason: str, *, key_is_missing: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.key_is_missing = key_is_missing
