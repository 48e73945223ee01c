"""A client as plain as can be, so that tests see what the API really sends."""

import http.client
import json
from contextlib import closing
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from sandbox.simulated import SimulatedClevertap

QUERY = "batch_size=4991&app=true&events=false&profile=true"


class Reply(NamedTuple):
    """An answer as it came."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def json(self) -> Any:  # noqa: ANN401 - JSON
        """Its body."""
        return json.loads(self.content)


class Client:
    """Asks a simulated CleverTap.

    Args:
        api: What to ask.
    """

    def __init__(self, api: SimulatedClevertap) -> None:
        self.address = urlsplit(api.url)
        self.headers = {
            "X-CleverTap-Account-Id": api.account_id,
            "X-CleverTap-Passcode": api.passcode,
        }

    def request(self, method: str, path: str, body: object = None, *, timeout: float = 10) -> Reply:
        """Send one request over a connection of its own."""
        port = self.address.port
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
        with closing(connection):
            payload = json.dumps(body).encode() if body is not None else None
            connection.request(method, path, payload, self.headers)
            answer = connection.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, headers, answer.read())

    def open(
        self, name: str, first: date, last: date, query: str = QUERY, family: str = "events"
    ) -> Reply:
        """Open a chain of pages."""
        body = {
            "event_name": name,
            "from": int(first.strftime("%Y%m%d")),
            "to": int(last.strftime("%Y%m%d")),
        }
        return self.request("POST", f"/1/{family}.json?{query}", body)

    def page(self, cursor: str, family: str = "events") -> Reply:
        """Ask for one page, the cursor verbatim."""
        return self.request("GET", f"/1/{family}.json?cursor={cursor}")

    def pages(self, cursor: str, family: str = "events") -> list[list[Any]]:
        """The records of all pages of a chain, up to the page without `next_cursor`.

        Raises:
            ValueError: A page is no success.
        """
        found: list[list[Any]] = []
        while True:
            reply = self.page(cursor, family).json
            if reply["status"] != "success":
                raise ValueError(reply)
            if "next_cursor" not in reply:
                return found
            found.append(reply["records"])
            cursor = reply["next_cursor"]

    def records(
        self, name: str, first: date, last: date, query: str = QUERY, family: str = "events"
    ) -> list[Any]:
        """All records of an event between two days."""
        cursor = self.open(name, first, last, query, family).json["cursor"]
        return [record for page in self.pages(cursor, family) for record in page]
