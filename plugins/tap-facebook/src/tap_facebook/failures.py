"""Accounts that could not be read whole: the others are, and the run fails at its end."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tap_facebook.errors import AccountsError

if TYPE_CHECKING:
    from line_tap.errors import TapError


class Failures:
    """What failed, by account."""

    def __init__(self) -> None:
        self._out: set[str] = set()
        self._answers_when_gave_up = 0
        self._causes: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))

    def is_out(self, account: str) -> bool:
        """Whether an account is not to be asked any more in this run."""
        return account in self._out

    def add(self, account: str, stream: str, error: TapError, *, for_all: bool) -> None:
        """Remember a failure; `for_all` when no other stream could read the account either."""
        self._causes[account][str(error)].append(stream)
        if for_all:
            self._out.add(account)

    def is_outage(self, answers: int) -> bool:
        """Whether nothing was answered since the last time that a request was given up.

        Args:
            answers: How many good answers there were so far.
        """
        before, self._answers_when_gave_up = self._answers_when_gave_up, answers
        return answers == before

    def check(self) -> None:
        """Raise what was remembered, if anything was.

        Raises:
            AccountsError: Some accounts were not read whole.
        """
        if not self._causes:
            return
        told = [
            f"account {account}"
            + ("" if account in self._out else f" ({', '.join(streams)})")
            + f": {cause}"
            for account, causes in self._causes.items()
            for cause, streams in causes.items()
        ]
        raise AccountsError(
            f"{len(self._causes)} of the accounts could not be read whole; all others were, and "
            f"what was complete is kept. {' '.join(told)}"
        )
