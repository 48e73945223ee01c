"""Report runs: insights that are asked for now and fetched later."""

import itertools
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.facebook.errors import report_not_ready
from sandbox.facebook.faults import JOBS
from sandbox.facebook.limits import Limits
from sandbox.facebook.queries import Query

COMPLETED = "Job Completed"
_DEFAULT = (
    "id",
    "account_id",
    "time_ref",
    "time_completed",
    "async_status",
    "async_percent_completion",
    "date_start",
    "date_stop",
)
# On the way to the end, whatever the end is.
_ON_THE_WAY = ("Job Not Started", "Job Started", "Job Running")
REMEMBERED = 5000


@dataclass
class Run:
    """A report run.

    Attributes:
        number: Its id.
        account: Its ad account.
        query: What was asked.
        fate: The status that it comes to.
        asked_at: Epoch seconds.
        left: How often it will still be under way when it is asked for.
        polls: How often it was under way in all.
    """

    number: str
    account: str
    query: Query
    fate: str
    asked_at: int
    left: int
    polls: int

    @property
    def status(self) -> str:
        """Its `async_status`."""
        if not self.left:
            return self.fate
        steps = len(_ON_THE_WAY)
        return _ON_THE_WAY[min((self.polls - self.left) * steps // self.polls, steps - 1)]

    @property
    def percent(self) -> int:
        """Its `async_percent_completion`."""
        if self.status == COMPLETED:
            return 100
        return (self.polls - self.left) * 90 // self.polls if self.polls else 0


class Reports:
    """All report runs.

    Args:
        clock: Tells when one was asked for.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._runs: dict[str, Run] = {}
        self._numbers = itertools.count(6_023_920_149_050)

    def begin(self, account: str, query: Query, limits: Limits, trouble: str | None) -> Run:
        """Take an order; `trouble` is a fault that befalls it."""
        fate = JOBS.get(trouble or "", COMPLETED)
        now = int(self._clock.now())
        polls = limits.polls
        run = Run(str(next(self._numbers)), account, query, fate, now, polls, polls)
        self._runs[run.number] = run
        while len(self._runs) > REMEMBERED:
            del self._runs[next(iter(self._runs))]
        return run

    def find(self, number: str) -> Run | None:
        """A run by its id."""
        return self._runs.get(number)

    def show(self, run: Run, fields: tuple[str, ...]) -> dict[str, object]:
        """A run as a node of the API; every look brings it nearer to its end."""
        status, percent = run.status, run.percent
        run.left = max(0, run.left - 1)
        periods = run.query.periods
        values: dict[str, object] = {
            "id": run.number,
            "account_id": run.account,
            "time_ref": run.asked_at,
            "async_status": status,
            "async_percent_completion": percent,
            "is_running": status in _ON_THE_WAY,
            "level": run.query.level,
            "date_start": str(periods[0].since),
            "date_stop": str(periods[-1].until),
        }
        if status == COMPLETED:
            values["time_completed"] = int(self._clock.now())
        elif status not in _ON_THE_WAY:
            values |= _REASON
        return {name: values[name] for name in fields or _DEFAULT if name in values} | (
            {"id": run.number} if fields else {}
        )

    def result(self, run: Run) -> Query:
        """What a complete run was asked for.

        Raises:
            GraphError: It is not complete.
        """
        if run.left or run.fate != COMPLETED:
            raise report_not_ready()
        return run.query


_REASON = {
    "error_code": 2601,
    "error_subcode": 1815107,
    "error_message": "Error accessing adreport job.",
    "error_user_title": "Loading Async Ads Report Failed",
    "error_user_msg": "Sorry, the report cannot be loaded successfully.",
}
