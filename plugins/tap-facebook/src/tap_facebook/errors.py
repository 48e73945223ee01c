"""What can go wrong, as a person should read it."""

from __future__ import annotations


class TapError(Exception):
    """One sentence for the user: what failed, which setting or report, what to do. Exit code 1."""


class ConfigError(TapError):
    """A setting is missing or wrong; the sentence names it."""


class AnswerError(TapError):
    """Facebook refused a request for good; the sentence holds its own words."""


class AccountError(AnswerError):
    """Facebook refused an account: a bad token, no permission, no such account, a limit."""


class AccountsError(TapError):
    """Accounts that could not be read whole; all others were."""


class GaveUpError(TapError):
    """A request failed for longer than it may."""


class OutputClosedError(TapError):
    """Nobody reads what the tap writes any more."""


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
