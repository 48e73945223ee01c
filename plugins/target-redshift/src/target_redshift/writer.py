"""The thread that feeds the warehouse while the next rows are decoded."""

import logging
import queue
import threading
import time
from collections.abc import Callable

from target_redshift.engine import Engine

Task = Callable[[Engine], None]

# Tasks that may wait, of which each may hold a block of rows: memory stays flat.
_MAX_WAITING = 2
_CHECK_SECONDS = 0.5
_ABORT_SECONDS = 5
_TELL_SECONDS = 15.0
_log = logging.getLogger("target-redshift")


class Writer:
    """Does tasks in their order, in a thread of its own; after a failure it does no more."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._tasks: queue.Queue[Task | None] = queue.Queue(_MAX_WAITING)
        self._error: BaseException | None = None
        self._is_aborted = False
        # Not the thread's own: Python 3.11 takes it for ended when a signal's handler raises
        # inside of `join`.
        self._ended = threading.Event()
        threading.Thread(target=self._run, name="writer", daemon=True).start()

    def submit(self, task: Task) -> None:
        """Have a task done; waits while too many do.

        Raises:
            Exception: What an earlier task failed with.
        """
        self._put(task)

    def check(self) -> None:
        """Raise what a task failed with, if one did."""
        if self._error is not None:
            raise self._error

    def finish(self) -> None:
        """Wait for all tasks, and close the warehouse.

        Raises:
            Exception: What a task failed with.
        """
        self._put(None)
        waiting_since = time.monotonic()
        while not self._ended.wait(_CHECK_SECONDS):
            waiting_since = _tell_of_waiting(waiting_since)
        self.check()
        self._engine.close()

    def abort(self) -> None:
        """Do no more: roll back what is not committed, at once."""
        self._is_aborted = True
        deadline = time.monotonic() + _ABORT_SECONDS
        while not self._ended.is_set() and time.monotonic() < deadline:
            try:
                self._engine.cancel()
            except Exception as error:  # noqa: BLE001 - nothing may keep the run from ending
                _log.debug("Cannot cancel: %s", error)
            self._discard()
            self._ended.wait(_CHECK_SECONDS)
        self._engine.close()

    def _put(self, task: Task | None) -> None:
        waiting_since = time.monotonic()
        while True:
            self.check()
            try:
                self._tasks.put(task, timeout=_CHECK_SECONDS)
            except queue.Full:
                waiting_since = _tell_of_waiting(waiting_since)
                continue
            return

    def _run(self) -> None:
        try:
            self._do_tasks()
        finally:
            self._ended.set()

    def _do_tasks(self) -> None:
        while not self._is_aborted:
            task = self._tasks.get()
            if task is None:
                return
            try:
                task(self._engine)
            except Exception as error:  # noqa: BLE001 - raised again in the main thread
                self._error = error
                return

    def _discard(self) -> None:
        """Empty the queue and wake the thread."""
        while True:
            try:
                self._tasks.get_nowait()
            except queue.Empty:
                break
        self._tasks.put(None)


def _tell_of_waiting(since: float) -> float:
    """Log that the warehouse takes long, now and then; from when on to count further."""
    now = time.monotonic()
    if now - since < _TELL_SECONDS:
        return since
    _log.info("Waiting for the warehouse: it is at work, or somebody holds a lock")
    return now
