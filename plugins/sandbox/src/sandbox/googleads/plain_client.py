"""A client as plain as can be, so that tests see what the API really sends."""

import http.client
import json
from collections.abc import Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox.plain_client import Reply
from sandbox.simulated import SimulatedGoogleAds


class GoogleClient:
    """Asks a simulated Google Ads API, logged in by refresh token.

    Args:
        api: What to ask.
        version: Of the API.
    """

    def __init__(self, api: SimulatedGoogleAds, version: str = "v26") -> None:
        self.api = api
        self.version = version
        self._address = urlsplit(api.url)
        self.headers = {
            "authorization": f"Bearer {self.token().json['access_token']}",
            "developer-token": api.developer_token,
            "login-customer-id": api.login_customer_id,
            "content-type": "application/json",
        }

    def token(self, **form: str) -> Reply:
        """Ask for an access token, with some fields of the form other than usual."""
        usual = {
            "grant_type": "refresh_token",
            "client_id": self.api.client_id,
            "client_secret": self.api.client_secret,
            "refresh_token": self.api.refresh_token,
        }
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return self._send("POST", "/token", urlencode({**usual, **form}).encode(), kind)

    def request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str | None] | None = None,
        *,
        timeout: float = 10,
    ) -> Reply:
        """Send one request below the version; headers are changed, or left out by None."""
        changed = {**self.headers, **(headers or {})}
        sent = {name: value for name, value in changed.items() if value is not None}
        payload = json.dumps(body).encode() if body is not None else None
        return self._send(method, f"/{self.version}/{path}", payload, sent, timeout)

    def stream(self, customer_id: str, query: str, **options: object) -> Reply:
        """Ask searchStream."""
        path = f"customers/{customer_id}/googleAds:searchStream"
        return self.request("POST", path, {"query": query, **options})

    def search(self, customer_id: str, query: str, **options: object) -> Reply:
        """Ask for one page of search."""
        path = f"customers/{customer_id}/googleAds:search"
        return self.request("POST", path, {"query": query, **options})

    def rows(self, customer_id: str, query: str) -> list[Any]:
        """All rows of a query.

        Raises:
            ValueError: It was refused.
        """
        reply = self.stream(customer_id, query)
        if reply.status != http.client.OK:
            raise ValueError(reply.json)
        return [row for batch in reply.json for row in batch.get("results", [])]

    def _send(
        self,
        method: str,
        path: str,
        payload: bytes | None,
        headers: dict[str, str],
        timeout: float = 10,
    ) -> Reply:
        port = self._address.port
        with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)) as connection:
            connection.request(method, path, payload, headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
