"""tap-clevertap beside a plain client, and beside the least that three at a time can take."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.bench.measuring import BIN, Contender, Demand, Result, Taken, run_command, tell

from sandbox.simulated import SimulatedClevertap, serve_clevertap
from sandbox.world.simulation import Plan
from sandbox.world.store import create_world

if TYPE_CHECKING:
    from pathlib import Path

WORLD = Plan(seed=7, users=20_000, days=90)
LATENCY = 0.2
LATENCY_DAYS = 20
AT_A_TIME = 3
EVENTS_A_SECOND = 12_000
PLAIN = """
import json, sys
from datetime import date
from sandbox.plain_client import Client
from sandbox.simulated import SimulatedClevertap
from pathlib import Path
port, first, last, *names = sys.argv[1:]
client = Client(SimulatedClevertap(Path(), int(port)))
for name in names:
    cursor = client.open(name, date.fromisoformat(first), date.fromisoformat(last)).json["cursor"]
    while cursor:
        cursor = client.page(cursor).json.get("next_cursor")
"""


class Reader:
    """The tap's settings and catalog for a simulated account.

    Args:
        folder: Where they are kept.
        api: The account.
    """

    def __init__(self, folder: Path, api: SimulatedClevertap) -> None:
        self._folder = folder
        self.api = api
        counted = api.ledger("clevertap_events")
        self.names = sorted({row["event_name"] for row in counted})
        self.events = {
            days: sum(
                int(row["events"]) for row in counted if row["event_date"] > self.before(days)
            )
            for days in (LATENCY_DAYS, WORLD.days)
        }

    def before(self, days: int) -> str:
        """The day before the last so many."""
        return str(self.api.clock - timedelta(days=days))

    def tap(self, days: int) -> Taken:
        """Read the events of the last days with the tap."""
        start = str(self.api.clock - timedelta(days=days - 1))
        config = self._folder / "tap.json"
        settings = {
            "api_url": self.api.url,
            "account_id": self.api.account_id,
            "passcode": self.api.passcode,
            "account_timezone": "Asia/Kolkata",
            "start_date": start,
            "event_names": self.names,
        }
        config.write_text(json.dumps(settings))
        tap = BIN / "tap-clevertap"
        return run_command(tap, "--config", config, "--catalog", self._catalog(tap))

    def plain(self) -> Taken:
        """Fetch and decode all pages, one after the other, and do nothing with them."""
        port = self.api.url.rpartition(":")[2]
        days = str(self.api.first_day), str(self.api.clock)
        return run_command(sys.executable, "-c", PLAIN, port, *days, *self.names)

    def _catalog(self, tap: Path) -> Path:
        """Events and their reads, nothing else."""
        path = self._folder / "catalog.json"
        if not path.exists():
            found = json.loads(subprocess.check_output([tap, "--discover"], stderr=subprocess.PIPE))  # noqa: S603
            for stream in found["streams"]:
                for entry in stream["metadata"]:
                    if not entry["breadcrumb"]:
                        wanted = stream["tap_stream_id"] in {"events", "events_reads"}
                        entry["metadata"]["selected"] = wanted
            path.write_text(json.dumps(found))
        return path


def bench_reading(folder: Path, rounds: int) -> list[Result]:
    """Read a world through its API, at once and with every answer 200 ms late."""
    tell(f"making a world of {WORLD.users:,} users and {WORLD.days} days")
    world = folder / "world.db"
    create_world(world, WORLD, lambda _: None)
    with serve_clevertap(world) as api:
        reader = Reader(folder, api)
        return [_without_delay(reader, rounds), _with_latency(reader, rounds)]


def _without_delay(reader: Reader, rounds: int) -> Result:
    tap = Contender("tap-clevertap", lambda: reader.tap(WORLD.days))
    plain = Contender("http.client and json, a page at a time", reader.plain)
    for number in range(rounds):
        tell(f"reading: round {number + 1} of {rounds}")
        tap.measure()
        plain.measure()
    events = reader.events[WORLD.days]
    demand = Demand("tap-clevertap: events a second", events / tap.seconds, EVENTS_A_SECOND)
    return Result(f"reading {events:,} events", events, [tap, plain], [demand])


def _with_latency(reader: Reader, rounds: int) -> Result:
    """The least is what the requests take that were really sent, three at a time."""
    api, least = reader.api, []
    api.fault("latency", seconds=LATENCY, times=0)

    def by_count() -> Taken:
        requests = sum(api.stats()["requests"].values())
        return Taken(requests * LATENCY / AT_A_TIME)

    tap = Contender("tap-clevertap", lambda: reader.tap(LATENCY_DAYS))
    floor = Contender("its requests x 0.2 s / 3 (floor)", by_count)
    for number in range(rounds):
        tell(f"reading with latency: round {number + 1} of {rounds}")
        api.reset_stats()
        tap.measure()
        floor.measure()
        least.append(api.stats()["max_in_flight"])
    api.clear_faults()
    if any(most > AT_A_TIME for each in least for most in each.values()):
        sys.exit(f"more than {AT_A_TIME} requests were in flight: {least}")
    events = reader.events[LATENCY_DAYS]
    share = 100 * floor.seconds / tap.seconds
    demand = Demand("tap-clevertap, 200 ms of latency: % of what 3 at a time can give", share, 90)
    return Result(
        f"reading {events:,} events, each answer after 200 ms", events, [tap, floor], [demand]
    )
