"""How near the limits are, by the headers of Facebook's answers.

https://developers.facebook.com/docs/graph-api/overview/rate-limiting and
https://developers.facebook.com/docs/marketing-api/insights/best-practices
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Form = TypeVar("Form")
INSIGHTS, MANAGEMENT = "ads_insights", "ads_management"
MINUTE = 60.0
FULL = 100.0
# The longest pause before a request, when all is used up and no time to wait is named.
LONGEST_PAUSE = 60.0


class _Case(msgspec.Struct):
    type: str = ""
    call_count: float = 0
    total_cputime: float = 0
    total_time: float = 0
    estimated_time_to_regain_access: float = 0


class _Account(msgspec.Struct):
    acc_id_util_pct: float = 0
    reset_time_duration: float = 0


class _Throttle(msgspec.Struct):
    app_id_util_pct: float = 0
    acc_id_util_pct: float = 0


_cases = msgspec.json.Decoder(dict[str, list[_Case]], strict=False)
_app = msgspec.json.Decoder(_Case, strict=False)
_account = msgspec.json.Decoder(_Account, strict=False)
_throttle = msgspec.json.Decoder(_Throttle, strict=False)


class Usage:
    """What an answer's headers say of the limits.

    Attributes:
        percent: The largest share of a limit that is used up.
        wait: Seconds after which Facebook lets one in again; 0 when nobody is kept out.
    """

    def __init__(self, headers: Mapping[str, str], use: str) -> None:
        self.percent = self.wait = 0.0
        for percent, wait in _found(headers, use):
            self.percent = max(self.percent, percent)
            self.wait = max(self.wait, wait)

    def pause(self, threshold: float) -> float:
        """Return the seconds to wait before the next request, 0 below the threshold."""
        if self.wait:
            return self.wait
        if self.percent < threshold:
            return 0.0
        beyond = (self.percent - threshold) / max(FULL - threshold, 1.0)
        return min(max(beyond, 0.02), 1.0) * LONGEST_PAUSE


def _found(headers: Mapping[str, str], use: str) -> Iterator[tuple[float, float]]:
    """Yield percent and seconds to wait, header by header; one that cannot be read says nothing."""
    if cases := _read(_cases, headers.get("X-Business-Use-Case-Usage")):
        for case in (case for found in cases.values() for case in found):
            if case.type in (use, ""):
                yield _percent(case), case.estimated_time_to_regain_access * MINUTE
    if app := _read(_app, headers.get("X-App-Usage")):
        yield _percent(app), app.estimated_time_to_regain_access * MINUTE
    if account := _read(_account, headers.get("X-Ad-Account-Usage")):
        used_up = account.acc_id_util_pct >= FULL
        yield account.acc_id_util_pct, account.reset_time_duration if used_up else 0.0
    if throttle := _read(_throttle, headers.get("x-fb-ads-insights-throttle")):
        yield max(throttle.app_id_util_pct, throttle.acc_id_util_pct), 0.0


def _percent(case: _Case) -> float:
    return max(case.call_count, case.total_cputime, case.total_time)


def _read(decoder: msgspec.json.Decoder[Form], text: str | None) -> Form | None:
    try:
        return decoder.decode(text) if text else None
    except msgspec.DecodeError:
        return None
