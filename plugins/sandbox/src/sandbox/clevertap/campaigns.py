"""The APIs of what was sent: campaigns, their results, and messages by day."""

from datetime import date, timedelta

from starlette.responses import Response

from sandbox.clevertap.answers import Call, RefusedError, succeeded, window
from sandbox.clevertap.view import WorldView
from sandbox.world.messages import PUSH
from sandbox.world.store import MessageSums

LONGEST_LIST = timedelta(days=31)


class Campaigns:
    """Serves what the company has sent; a campaign is one message.

    Args:
        view: The world.
    """

    def __init__(self, view: WorldView) -> None:
        self._view = view

    def targets(self, call: Call) -> Response:
        """The campaigns of a window of at most 31 days."""
        first, last = window(call)
        if last - first >= LONGEST_LIST:
            raise RefusedError(400, "The date range may not be longer than 31 days")
        return succeeded(
            targets=[
                {
                    "id": message.message_id,
                    "name": message.name,
                    "scheduled_on": int(f"{message.sent_on:%Y%m%d}"),
                    "status": self._status(message),
                }
                for message in self._view.messages(first, last)
                if message.sent_on >= first
            ]
        )

    def target_result(self, call: Call) -> Response:
        """What a campaign has reached by now; one of today has no result yet."""
        number = call.field("id")
        for message in self._view.messages(date.min, date.max):
            if message.message_id == number:
                if message.sent_on == self._view.clock:
                    raise RefusedError(409, "This target has no result yet")
                return succeeded(result=_sums(message))
        raise RefusedError(404, "Target not found")

    def messages(self, call: Call) -> Response:
        """What came of each message in a window, by channel; listed while views are counted."""
        first, last = window(call)
        channels = call.field("channel")
        if channels is not None and not isinstance(channels, list):
            raise RefusedError(400, "channel must be a list")
        if call.field("daily") not in (None, False):
            raise RefusedError(400, "The sandbox does not know the shape of daily reports")
        found = [
            self._message(message)
            for message in self._view.messages(first, last)
            if channels is None or message.channel in channels
        ]
        return succeeded(total_results=len(found), messages=found)

    def _message(self, message: MessageSums) -> dict[str, object]:
        devices = {"device": "Android, iOS"} if message.channel == PUSH else {}
        return {
            "message id": message.message_id,
            "message_name": message.name,
            "channel": message.channel,
            "delivery": "One Time",
            "start_date": f"{message.sent_on:%d %b, %Y} 10:00:00",
            "status": self._status(message),
            **_sums(message),
            "conversion_event": "Charged",
            "labels": ["weekend"] if message.name.startswith("Weekend") else [],
            **devices,
        }

    def _status(self, message: MessageSums) -> str:
        return "completed" if message.sent_on < self._view.clock else "running"


def _sums(message: MessageSums) -> dict[str, int]:
    return {"sent": message.sent, "viewed": message.viewed, "clicked": message.clicked}
