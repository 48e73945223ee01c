"""A session that outlives its connections: what Redshift did not do is tried again."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import TypeVar

from target_redshift.errors import WarehouseError
from target_redshift.redshift_connection import ERRORS, LOST, CannotConnectError, Connection, tell
from target_redshift.redshift_faults import passes
from target_redshift.settings import Settings

T = TypeVar("T")

MOST_ATTEMPTS = 7
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 20.0
_log = logging.getLogger("target-redshift")


class AgainError(Exception):
    """Something came in between that is settled by doing it again."""


class Session:
    """Connections of the settings, one at a time."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._connection: Connection | None = None
        self._is_over = False

    def connect(self) -> None:
        """Open the first connection.

        Raises:
            CannotConnectError: Redshift cannot be reached, or refuses: nobody waits for that.
        """
        self._connection = Connection(self._settings)

    def persist(self, subject: str, act: Callable[[Connection], T], kept: str = "") -> T:
        """Do something that may be done again, until it succeeds or can never.

        Args:
            subject: What it is, for an error.
            act: Does it, over a connection that is a new one if the last was lost.
            kept: What an error says about rows that wait.

        Raises:
            WarehouseError: It cannot be done.
        """
        for attempt in range(1, MOST_ATTEMPTS + 1):
            try:
                return act(self._open())
            except (*ERRORS, CannotConnectError, AgainError) as error:
                if isinstance(error, LOST) and self._connection is not None:
                    self._connection.close()
                is_last = self._is_over or attempt == MOST_ATTEMPTS
                if is_last or not _may_pass(error):
                    raise WarehouseError(self._explain(error, subject) + kept) from error
                self._pause(subject, error, attempt)
        raise AssertionError  # the last attempt returns or raises

    def cut(self) -> None:
        """End what runs, from another thread."""
        self._is_over = True
        if self._connection is not None:
            self._connection.cut()

    def close(self) -> None:
        """End it; what is not committed is rolled back."""
        self._is_over = True
        if self._connection is not None:
            self._connection.close()

    def _open(self) -> Connection:
        if self._is_over:
            raise WarehouseError("The run was ended: nothing more is asked of Redshift.")
        if self._connection is not None and self._connection.is_lost:
            self._connection.close()
            self._connection = None
        if self._connection is None:
            self._connection = Connection(self._settings)
        return self._connection

    def _pause(self, subject: str, error: Exception, attempt: int) -> None:
        pause = min(_FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), _LONGEST_PAUSE_SECONDS)
        # Loaders that got into each other's way must not do so again.
        pause *= 0.5 + secrets.randbelow(1000) / 1000
        _log.info("Redshift did not do %s (%s): again in %.1f s", subject, tell(error), pause)
        time.sleep(pause)

    def _explain(self, error: Exception, subject: str) -> str:
        if isinstance(error, CannotConnectError):
            return str(error)
        settings = self._settings
        where = f'host "{settings.host}", database "{settings.database}"'
        if not _may_pass(error):
            return f"Redshift refused {subject} ({where}): {tell(error)}."
        if self._is_over:
            return f"The run was ended during {subject}."
        return (
            f"Redshift did not do {subject} ({where}: {tell(error)}), tried {MOST_ATTEMPTS} times: "
            "what was committed stays, run again once that is mended."
        )


def _may_pass(error: Exception) -> bool:
    if isinstance(error, CannotConnectError):
        return error.may_pass
    return isinstance(error, AgainError) or passes(error)
