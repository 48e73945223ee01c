"""Limits: how many calls, how large an answer; and the headers that tell how near they are."""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

import msgspec

from sandbox.clock import Clock
from sandbox.facebook.errors import GraphError
from sandbox.facebook.faults import LIMITS, limit_error

INSIGHTS, MANAGEMENT = "ads_insights", "ads_management"
TIER = "standard_access"
APP = "app"
APP_CODE = 4


class Limits(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a test may set by POST /_sandbox/limits.

    Args:
        calls: Calls for an account and kind of use (insights, management) before it is blocked.
        seconds: In so many seconds the count of as many calls is forgotten, bit by bit.
        block_seconds: How long an account is blocked once it has used up its calls.
        code: Code of the error: 80000 for insights and 80004 else (None), or 4, 17, 32, 341, 613.
        rows: Rows that an answer to insights may hold in all its pages; beyond it is code 100,
            subcode 1487534.
        async_rows: The same for a report run.
        page: Largest `limit` of a page; beyond it is code 1 with HTTP status 500.
        polls: How often a report run is still running when it is asked for.
    """

    calls: int = 100_000
    seconds: float = 3600.0
    block_seconds: float = 300.0
    code: int | None = None
    rows: int = 100_000
    async_rows: int = 1_000_000
    page: int = 5000
    polls: int = 0

    def __post_init__(self) -> None:
        if self.code is not None and self.code not in LIMITS:
            raise ValueError(f"code must be one of {', '.join(map(str, LIMITS))}")


@dataclass
class _Meter:
    """Calls of one account by one kind of use, forgotten as time goes by."""

    level: float = 0.0
    at: float = 0.0
    blocked_until: float = 0.0


class Usage:
    """Counts calls, refuses those beyond the limit, and tells how much is used.

    Args:
        clock: By which calls are forgotten.
    """

    def __init__(self, clock: Clock) -> None:
        self.limits = Limits()
        self._clock = clock
        self._meters: dict[tuple[str, str], _Meter] = defaultdict(_Meter)

    def reset(self, limits: Limits) -> None:
        """Begin to count anew, by other limits."""
        self.limits = limits
        self._meters.clear()

    def call(self, account: str | None, use: str) -> None:
        """Count a call.

        Raises:
            GraphError: It is one too many.
        """
        self._count(APP, APP)
        if account is None:
            return
        meter = self._count(account, use)
        now = self._clock.now()
        if meter.blocked_until <= now and meter.level > self.limits.calls:
            meter.blocked_until, meter.level = now + self.limits.block_seconds, 0.0
        if meter.blocked_until > now:
            raise self._error(use)

    def headers(
        self, account: str | None, use: str, code: int | None = None, minutes: int | None = None
    ) -> Mapping[str, str]:
        """The headers of an answer, as JSON in one line each.

        Args:
            account: Ad account, if the call was for one.
            use: `ads_insights` or `ads_management`.
            code: Code of a limit that a fault pretends to be reached.
            minutes: Says that the account is blocked for so long, whatever was counted.
        """
        app = 100.0 if code == APP_CODE else self._percent(APP, APP)
        found: dict[str, object] = {
            "x-app-usage": {"call_count": int(app), "total_cputime": 0, "total_time": int(app)}
        }
        if account is not None:
            wait = self._minutes(account, use) if minutes is None else minutes
            percent = max(self._percent(account, use), 100.0 if wait else 0.0)
            found["x-business-use-case-usage"] = {
                account: [
                    {
                        "type": use,
                        "call_count": int(percent),
                        "total_cputime": int(percent / 2),
                        "total_time": int(percent / 2),
                        "estimated_time_to_regain_access": wait,
                        "ads_api_access_tier": TIER,
                    }
                ]
            }
            found["x-ad-account-usage"] = {
                "acc_id_util_pct": round(percent, 2),
                "reset_time_duration": wait * 60,
                "ads_api_access_tier": TIER,
            }
            if use == INSIGHTS:
                found["x-fb-ads-insights-throttle"] = {
                    "app_id_util_pct": round(app, 2),
                    "acc_id_util_pct": round(percent, 2),
                    "ads_api_access_tier": TIER,
                }
        return {name: json.dumps(value) for name, value in found.items()}

    def _count(self, whose: str, use: str) -> _Meter:
        meter = self._forget(whose, use)
        meter.level += 1
        return meter

    def _forget(self, whose: str, use: str) -> _Meter:
        """The meter as it stands now."""
        meter, now = self._meters[whose, use], self._clock.now()
        rate = self.limits.calls / self.limits.seconds
        meter.level = max(0.0, meter.level - (now - meter.at) * rate)
        meter.at = now
        return meter

    def _percent(self, whose: str, use: str) -> float:
        return min(100.0, 100 * self._forget(whose, use).level / self.limits.calls)

    def _minutes(self, account: str, use: str) -> int:
        left = self._meters[account, use].blocked_until - self._clock.now()
        return max(0, ceil(left / 60))

    def _error(self, use: str) -> GraphError:
        code = self.limits.code
        if code is None:
            code = 80000 if use == INSIGHTS else 80004
        return limit_error(code)
