"""A few threads for work that waits for a network."""

import queue
import threading
from collections.abc import Callable

Task = Callable[[], None]
_TICK_SECONDS = 0.2


class Workers:
    """Daemon threads: unlike those of concurrent.futures they never keep a process from ending."""

    def __init__(self, number: int) -> None:
        # So few may wait that memory stays flat.
        self._tasks: queue.Queue[Task | None] = queue.Queue(number)
        self._unfinished = 0
        self._changed = threading.Condition()
        self._error: Exception | None = None
        self._is_stopped = False
        self._threads = [
            threading.Thread(target=self._run, name=f"worker {each}", daemon=True)
            for each in range(number)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, task: Task) -> None:
        """Have a task done; waits while too many do.

        Raises:
            Exception: What an earlier task failed with.
        """
        with self._changed:
            self._check()
            self._unfinished += 1
        while True:
            try:
                self._tasks.put(task, timeout=_TICK_SECONDS)
            except queue.Full:
                self._check()
            else:
                return

    def wait(self) -> None:
        """Wait until all is done.

        Raises:
            Exception: What a task failed with.
        """
        with self._changed:
            self._changed.wait_for(lambda: not self._unfinished or self._error or self._is_stopped)
            self._check()

    def stop(self) -> None:
        """Begin nothing more; who waits is woken."""
        with self._changed:
            self._is_stopped = True
            self._changed.notify_all()
        for _ in self._threads:
            try:
                self._tasks.put_nowait(None)
            except queue.Full:
                break  # whoever takes from it sees that it is over

    def _check(self) -> None:
        if self._error is not None:
            raise self._error
        if self._is_stopped:
            raise InterruptedError("The run was ended.")

    def _run(self) -> None:
        while not self._is_stopped:
            task = self._tasks.get()
            if task is None:
                return
            try:
                if self._error is None:
                    task()
            except Exception as error:  # noqa: BLE001 - raised again where it is waited for
                self._error = error
            with self._changed:
                self._unfinished -= 1
                self._changed.notify_all()
