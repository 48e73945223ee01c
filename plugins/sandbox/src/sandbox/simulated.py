"""A world served over HTTP from a thread, with a handle to steer it: for tests and trials."""

import http.client
import json
import secrets
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, TypeVar

from postgres_local import HOST
from sandbox.apis import APIS
from sandbox.clevertap.endpoints import ACCOUNT_ID, PASSCODE
from sandbox.facebook.calls import TOKEN
from sandbox.facebook.nodes import ACCOUNTS_HERE
from sandbox.googleads.access import DEVELOPER_TOKEN
from sandbox.googleads.customers import CUSTOMERS, MANAGER_ID
from sandbox.googleads.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, REVOKED_TOKEN
from sandbox.server import listen, uvicorn_server
from sandbox.world.ledger import ledger
from sandbox.world.store import World

START_SECONDS = 20
Served = TypeVar("Served", bound="SimulatedApi")


class SimulatedApi:
    """A world behind an API.

    Attributes:
        url: Base URL, for a client's `api_url`.
        world_path: The world's file.
    """

    def __init__(self, world_path: Path, port: int) -> None:
        self.world_path = world_path
        self.url = f"http://{HOST}:{port}"
        self._port = port

    @property
    def clock(self) -> date:
        """The world's last day."""
        with closing(World(self.world_path)) as world:
            return world.clock

    @property
    def first_day(self) -> date:
        """The world's first day."""
        with closing(World(self.world_path)) as world:
            return world.plan.first_day

    def advance(self, days: int = 1) -> None:
        """Let the world live on; the server follows."""
        with closing(World(self.world_path)) as world:
            world.advance(world.clock + timedelta(days=days), lambda _: None)
            world.arrive()

    def ledger(self, name: str) -> list[dict[str, str]]:
        """A table of the truth, as its CSV would read."""
        with closing(World(self.world_path)) as world:
            table = ledger(world, name)
            return [dict(zip(table.columns, map(str, row), strict=True)) for row in table.rows]

    def fault(self, kind: str, **order: object) -> None:
        """Order trouble; see the README for the kinds."""
        self._control("POST", "faults", {"kind": kind, **order})

    def clear_faults(self) -> None:
        """Take back all orders."""
        self._control("DELETE", "faults")

    def move_clock(self, seconds: float) -> None:
        """Move the clock by which cursors expire and limits are lifted."""
        self._control("POST", "clock", {"advance_seconds": seconds})

    def stats(self) -> dict[str, dict[str, int]]:
        """Requests, records, faults and most requests in flight, by endpoint family."""
        found: dict[str, dict[str, int]] = self._control("GET", "stats")
        return found

    def reset_stats(self) -> None:
        """Count anew."""
        self._control("POST", "stats")

    def _control(self, method: str, name: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        connection = http.client.HTTPConnection(HOST, self._port, timeout=10)
        with closing(connection):
            connection.request(method, f"/_sandbox/{name}", json.dumps(body))
            answer = connection.getresponse()
            content = json.loads(answer.read())
        if answer.status != http.HTTPStatus.OK:
            raise ValueError(content)
        return content


class SimulatedClevertap(SimulatedApi):
    """A world behind the CleverTap API.

    Attributes:
        account_id: What the API accepts.
        passcode: What the API accepts.
    """

    account_id = ACCOUNT_ID
    passcode = PASSCODE


class SimulatedFacebook(SimulatedApi):
    """A world behind the Facebook Marketing API.

    Attributes:
        access_token: What the API accepts.
        accounts: The ad accounts, as digits.
    """

    access_token = TOKEN
    accounts = tuple(account.account_id for account in ACCOUNTS_HERE)

    def limit(self, **limits: object) -> None:
        """Set limits, those that are not named to their defaults; see the README for them."""
        self._control("POST", "limits", limits)


class SimulatedGoogleAds(SimulatedApi):
    """A world behind the Google Ads API and Google's OAuth token endpoint.

    Attributes:
        developer_token: What the API accepts.
        login_customer_id: The manager by which the customers are reached.
        customer_ids: Customers that can be read and have numbers.
        client_id: What the token endpoint accepts.
        client_secret: What the token endpoint accepts.
        refresh_token: What the token endpoint accepts.
        revoked_token: A refresh token that a user took back.
    """

    developer_token = DEVELOPER_TOKEN
    login_customer_id = MANAGER_ID
    customer_ids = tuple(
        customer.customer_id
        for customer in CUSTOMERS.values()
        if customer.readable and customer.status == "ENABLED" and not customer.manager
    )
    client_id = CLIENT_ID
    client_secret = CLIENT_SECRET
    refresh_token = REFRESH_TOKEN
    revoked_token = REVOKED_TOKEN

    @property
    def token_uri(self) -> str:
        """The OAuth token endpoint."""
        return f"{self.url}/token"

    def service_account(self) -> dict[str, str]:
        """A service account's key file."""
        found: dict[str, str] = self._control("GET", "service-account")
        return found

    def page_size(self, rows: int) -> None:
        """Make pages of `search` and batches of `searchStream` smaller than 10,000 rows."""
        self._control("POST", "pages", {"page_size": rows})


@contextmanager
def serve_clevertap(world_path: Path) -> Iterator[SimulatedClevertap]:
    """Serve a world over HTTP on a free port, from a thread of this process."""
    with _serve("clevertap", world_path) as port:
        yield SimulatedClevertap(world_path, port)


@contextmanager
def serve_facebook(world_path: Path) -> Iterator[SimulatedFacebook]:
    """Serve a world over HTTP on a free port, from a thread of this process."""
    with _serve("facebook", world_path) as port:
        yield SimulatedFacebook(world_path, port)


@contextmanager
def serve_googleads(world_path: Path) -> Iterator[SimulatedGoogleAds]:
    """Serve a world over HTTP on a free port, from a thread of this process."""
    with _serve("googleads", world_path) as port:
        yield SimulatedGoogleAds(world_path, port)


@contextmanager
def serve_copy(
    serve: Callable[[Path], AbstractContextManager[Served]], world_path: Path, folder: Path
) -> Iterator[Served]:
    """Serve a copy of a world, made in a folder: it may be advanced and broken."""
    copy = folder / f"world-{secrets.token_hex(4)}.db"
    shutil.copy(world_path, copy)
    with serve(copy) as served:
        yield served


@contextmanager
def _serve(name: str, world_path: Path) -> Iterator[int]:
    """Serve a world by one API; gives the port."""
    with listen(0) as listener, APIS[name].open(world_path, world_path.parent) as app:
        server = uvicorn_server(app)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            deadline = time.monotonic() + START_SECONDS
            while not server.started and time.monotonic() < deadline:
                time.sleep(0.01)
            yield listener.getsockname()[1]
        finally:
            server.should_exit = True
            thread.join()
