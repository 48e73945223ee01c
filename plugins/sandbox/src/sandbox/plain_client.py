"""A client as plain as can be, so that tests see what the API really sends."""

import http.client
import json
from contextlib import closing
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

from sandbox.simulated import SimulatedClevertap, SimulatedFacebook

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


class GraphClient:
    """Asks a simulated Marketing API.

    Args:
        api: What to ask.

    Attributes:
        timeout: Seconds to wait for an answer.
    """

    def __init__(self, api: SimulatedFacebook) -> None:
        self.token = api.access_token
        self.timeout = 10.0
        self._port = urlsplit(api.url).port

    def request(
        self,
        method: str,
        target: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Reply:
        """Send one request as it is, over a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=self.timeout)
        with closing(connection):
            connection.request(method, target, body, headers or {})
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def get(self, path: str, **parameters: object) -> Reply:
        """GET, the parameters in the query; what is no text is sent as JSON."""
        query = _encoded({"access_token": self.token, **parameters})
        return self.request("GET", f"/{path}?{query}")

    def post(self, path: str, **parameters: object) -> Reply:
        """POST, the parameters as a form."""
        body = _encoded({"access_token": self.token, **parameters}).encode()
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", f"/{path}", body, kind)

    def data(self, path: str, **parameters: object) -> list[Any]:
        """The elements of all pages of a list.

        Raises:
            ValueError: A page is an error.
        """
        found: list[Any] = []
        reply = self.get(path, **{"limit": 500, **parameters})
        while True:
            if reply.status != http.HTTPStatus.OK:
                raise ValueError(reply.json)
            found += reply.json["data"]
            following = reply.json.get("paging", {}).get("next")
            if not following:
                return found
            split = urlsplit(following)
            reply = self.request("GET", f"{split.path}?{split.query}")


def _encoded(parameters: dict[str, object]) -> str:
    return urlencode(
        {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in parameters.items()
        }
    )
