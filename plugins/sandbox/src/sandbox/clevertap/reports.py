"""The smaller APIs: counts, campaigns, messages, schemas, uploads."""

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import msgspec
from starlette.responses import Response

from sandbox.clevertap.answers import Call, RefusedError, json_response, succeeded, window
from sandbox.clevertap.exports import event_name
from sandbox.clevertap.view import WorldView
from sandbox.world.chance import Chance
from sandbox.world.journeys import EVENT_NAMES

LONGEST_LIST = timedelta(days=31)
LONGEST_TREND = timedelta(days=366)
MOST_GROUPS = 5
LARGEST_UPLOAD = 1000
MOST_IDS = 100
USER_PROPERTIES = ("City", "Tier", "Customer Since", "Birthday", "Orders", "Tags")
_FIRST_TARGET = 1_457_000_000
_MONDAY, _THURSDAY = 0, 3


class Target(NamedTuple):
    """A campaign that was sent on a day; its id is the day's."""

    day: date
    channel: str

    @property
    def target_id(self) -> int:
        """CleverTap's number for it."""
        return _FIRST_TARGET + self.day.toordinal()

    @property
    def name(self) -> str:
        """Its name."""
        return f"{'Weekly sip' if self.channel == 'email' else 'Nudge'} {self.day:%G-W%V}"

    def result(self) -> dict[str, int]:
        """How many it reached."""
        chance = Chance(f"target|{self.target_id}")
        sent = chance.between(400, 9000)
        viewed = sent * chance.between(20, 60) // 100
        return {"sent": sent, "viewed": viewed, "clicked": viewed * chance.between(3, 25) // 100}


class Reports:
    """Serves what is computed rather than exported.

    Args:
        view: The world.
    """

    def __init__(self, view: WorldView) -> None:
        self._view = view
        self.partial_answers = 1
        self._pending: dict[int, list[object]] = {}

    def counts(self, what: str) -> Callable[[Call], Response]:
        """The handler that asks for a count; the answer may come later, by `req_id`."""
        compute = {
            "events": self._count_events,
            "profiles": self._count_profiles,
            "trends": self._trends,
            "top": self._top,
        }[what]

        def handler(call: Call) -> Response:
            answer = compute(call)
            if not self.partial_answers:
                return succeeded(**answer)
            request = 7_000_000 + len(self._pending)
            self._pending[request] = [self.partial_answers - 1, answer]
            return json_response({"status": "partial", "req_id": request})

        return handler

    def poll(self, call: Call) -> Response:
        """Whether a count is there yet."""
        text = call.query.get("req_id", "")
        pending = self._pending.get(int(text)) if text.isdigit() else None
        if pending is None:
            raise RefusedError(400, "Unknown req_id")
        left, answer = pending
        if isinstance(left, int) and left > 0:
            pending[0] = left - 1
            return json_response({"status": "partial", "req_id": int(text)})
        return json_response({"status": "success", **msgspec.convert(answer, dict[str, object])})

    def targets(self, call: Call) -> Response:
        """The campaigns of a window of at most 31 days."""
        first, last = window(call)
        if last - first >= LONGEST_LIST:
            raise RefusedError(400, "The date range may not be longer than 31 days")
        return succeeded(
            targets=[
                {
                    "id": target.target_id,
                    "name": target.name,
                    "scheduled_on": int(f"{target.day:%Y%m%d}"),
                    "status": "completed" if target.day < self._view.clock else "running",
                }
                for target in _targets(first, min(last, self._view.clock))
            ]
        )

    def target_result(self, call: Call) -> Response:
        """What a campaign reached; one of today has no result yet."""
        number = call.field("id")
        clock = self._view.clock
        for target in _targets(clock - timedelta(days=800), clock):
            if target.target_id == number:
                if target.day == clock:
                    raise RefusedError(409, "This target has no result yet")
                return succeeded(result=target.result())
        raise RefusedError(404, "Target not found")

    def messages(self, call: Call) -> Response:
        """The messages of a window, by channel."""
        first, last = window(call)
        wanted = call.field("channel")
        found = [
            {
                "message id": target.target_id,
                "message_name": target.name,
                "channel": target.channel,
                "delivery": "One Time",
                "start_date": f"{target.day:%d %b, %Y} 10:00:00",
                "status": "Completed",
                **target.result(),
                "conversion_event": "Charged",
                "labels": [],
            }
            for target in _targets(first, min(last, self._view.clock))
            if not isinstance(wanted, list) or target.channel in wanted
        ]
        return succeeded(total_results=len(found), messages=found)

    def schema(self, call: Call) -> Response:
        """The names of all events, or of all properties of users."""
        kind = call.query.get("type")
        if kind == "events":
            system = {"App Launched", "App Uninstalled", "UTM Visited", "Notification Clicked"}
            return json_response(
                {
                    "events": [
                        {"name": name, "type": "system" if name in system else "custom"}
                        for name in EVENT_NAMES
                    ]
                }
            )
        if kind == "userProperties":
            return json_response({"userProperties": [{"name": name} for name in USER_PROPERTIES]})
        raise RefusedError(400, "type must be events or userProperties")

    def upload(self, call: Call) -> Response:
        """Check an upload as CleverTap does; the world itself takes nothing in."""
        items = call.field("d")
        if not isinstance(items, list) or len(items) > LARGEST_UPLOAD:
            raise RefusedError(400, f"d must be a list of at most {LARGEST_UPLOAD} records")
        bad = [
            {"status": "fail", "code": 515, "error": reason, "record": item}
            for item in items
            if (reason := _upload_error(item))
        ]
        status = "success" if not bad else "partial" if len(bad) < len(items) else "fail"
        return json_response(
            {"status": status, "processed": len(items) - len(bad), "unprocessed": bad}
        )

    def identities(self, key: str) -> Callable[[Call], Response]:
        """The handler of delete and demerge: checks the ids; the world itself stays."""

        def handler(call: Call) -> Response:
            ids = call.field(key)
            if isinstance(ids, str):
                ids = [ids]
            if not isinstance(ids, list) or not 0 < len(ids) <= MOST_IDS:
                raise RefusedError(400, f"{key} must hold 1 to {MOST_IDS} ids")
            return succeeded()

        return handler

    def _count_events(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        by_day = self._view.events_between(event_name(call), first, last)
        return {"count": sum(by_day.values())}

    def _count_profiles(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        people = self._view.people_with(event_name(call), first, last, self._view.clock)
        return {"count": len(people)}

    def _trends(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        if last - first >= LONGEST_TREND:
            raise RefusedError(400, "The date range may not be longer than a year")
        by_day = self._view.events_between(event_name(call), first, last)
        trend: Counter[str] = Counter()
        answer: dict[str, object] = {}
        for group, wanted in _groups(call).items():
            form = {"daily": "%Y%m%d", "weekly": "%G%V", "monthly": "%Y%m"}.get(
                str(wanted.get("trend_type"))
            )
            if form is None:
                raise RefusedError(400, "trend_type must be daily, weekly or monthly")
            trend = Counter()
            for day, count in by_day.items():
                trend[day.strftime(form)] += count
            answer[group] = dict(trend)
        return answer

    def _top(self, call: Call) -> dict[str, object]:
        first, last = window(call)
        fragments = self._view.fragments(event_name(call), first, last)
        properties = [msgspec.json.decode(b"{" + one)["event_props"] for one in fragments]
        answer: dict[str, object] = {}
        for group, wanted in _groups(call).items():
            values = Counter(
                str(found[wanted["name"]]) for found in properties if wanted.get("name") in found
            )
            most = wanted.get("top_n", 10)
            answer[group] = {"STR": dict(values.most_common(most if isinstance(most, int) else 10))}
        return answer


def _targets(first: date, last: date) -> list[Target]:
    """A push message on Mondays, a newsletter on Thursdays."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    channels = {_MONDAY: "push", _THURSDAY: "email"}
    return [Target(day, channels[day.weekday()]) for day in days if day.weekday() in channels]


def _groups(call: Call) -> dict[str, dict[str, object]]:
    groups = call.field("groups")
    if not isinstance(groups, dict) or not 0 < len(groups) <= MOST_GROUPS:
        raise RefusedError(400, f"groups must name 1 to {MOST_GROUPS} groups")
    if not all(isinstance(group, dict) for group in groups.values()):
        raise RefusedError(400, "each group must be an object")
    return groups


def _upload_error(item: object) -> str | None:
    if not isinstance(item, dict):
        return "A record must be an object"
    if not any(item.get(name) for name in ("identity", "objectId", "FBID", "GPID")):
        return "identity, objectId, FBID or GPID is required"
    if item.get("type") == "event":
        return None if item.get("evtName") else "evtName is required"
    if item.get("type") == "profile":
        return None if isinstance(item.get("profileData"), dict) else "profileData is required"
    return "type must be event or profile"
