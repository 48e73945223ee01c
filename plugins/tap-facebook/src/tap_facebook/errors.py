"""What can go wrong, as a person should read it."""

from __future__ import annotations

from line_tap.errors import TapError


class AnswerError(TapError):
    """Facebook refused a request for good; the sentence holds its own words."""


class AccountError(AnswerError):
    """Facebook refused an account: a bad token, no permission, no such account, a limit."""


class AccountsError(TapError):
    """Accounts that could not be read whole; all others were."""


class RetryError(Exception):
    """An answer that may be better next time.

    Attributes:
        kind: What to count it as, e.g. `server error`.
    """

    def __init__(self, kind: str, words: str) -> None:
        super().__init__(f"{kind}: {words}")
        self.kind = kind


class LimitError(RetryError):
    """A limit is reached."""

    def __init__(self, words: str) -> None:
        super().__init__("limit", words)


class TooMuchDataError(AnswerError):
    """Facebook wants to be asked for less at once."""


class CursorLostError(AnswerError):
    """A chain of pages that cannot be followed to its end; it starts again."""


class RunLostError(AnswerError):
    """A report run that will not bring its report; another one may."""
