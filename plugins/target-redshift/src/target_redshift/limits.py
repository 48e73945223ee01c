"""What an engine's columns cannot hold, beyond what a property declares."""

import re
import sys
from collections.abc import Sequence

from target_redshift.errors import InvalidValueError
from target_redshift.schema import Property
from target_redshift.settings import OnOversize


class OversizedError(InvalidValueError):
    """A text that is too long for any column of its kind.

    Attributes:
        text: The text.
    """

    def __init__(self, reason: str, text: str) -> None:
        super().__init__(reason)
        self.text = text


class Limits:
    """No limits: what an engine whose columns take any value says.

    Attributes:
        safe_characters: A row of no more has nothing in it that is too long.
        on_oversize: What becomes of a text that is too long.
    """

    safe_characters = sys.maxsize
    on_oversize = OnOversize.FAIL

    def number_pattern(self, numbers: Sequence[Property]) -> re.Pattern[bytes] | None:  # noqa: ARG002 - others ask
        """What the numbers of a row look like, joined by tabs, if all fit; None if all do."""
        return None

    def fit(self, declared: Property, text: str) -> str:  # noqa: ARG002 - others ask
        """A value as its column takes it: the same value, perhaps spelled otherwise.

        Raises:
            OutOfColumnError: A number that a wider column would take.
            OversizedError: A text that no column takes.
            InvalidValueError: Another value that no column takes.
        """
        return text

    def check_row(self, row: str) -> None:
        """Refuse a row that is too long.

        Raises:
            InvalidValueError: It is.
        """


NO_LIMITS = Limits()
