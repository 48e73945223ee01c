"""Measure the hot paths beside their peers and floors: `make bench`.

Everything is run in turns, several times; the table shows medians. A contender from PyPI gets an
environment of its own under `.venv/bench`, which nothing else needs.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from rich.console import Console
from rich.table import Table

from sandbox.plain_client import Client
from sandbox.postgres import PostgresServer, free_port
from sandbox.simulated import SimulatedClevertap, serve_clevertap
from sandbox.world.simulation import Plan
from sandbox.world.store import create_world

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

BIN = Path(sys.executable).parent
BENCH = BIN.parent / "bench"
HUB_TARGET = "meltanolabs-target-postgres==0.8.1"
MEGABYTE = 1024  # ru_maxrss counts kilobytes on Linux
# A process of its own in between: a child's peak begins with that of who started it.
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


@dataclass
class Contender:
    """Something that does the job, and what it took each time."""

    name: str
    run: Callable[[], int | None]
    seconds: list[float] = field(default_factory=list)
    peak_megabytes: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Run once."""
        begin = time.perf_counter()
        peak = self.run()
        self.seconds.append(time.perf_counter() - begin)
        if peak is not None:
            self.peak_megabytes.append(peak / MEGABYTE)


def run_command(*words: str | Path, stdin: Path | None = None) -> int:
    """Run a command to its end; its peak memory in kilobytes.

    Raises:
        SystemExit: It failed.
    """
    with (stdin or Path(os.devnull)).open("rb") as source:
        done = subprocess.run(  # noqa: S603
            [sys.executable, "-c", MEASURE, *words],
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    if done.returncode:
        sys.exit(f"{words[0]} failed:\n{done.stderr[-2000:]}")
    return int(done.stderr.splitlines()[-1])


def hub_target() -> Path:
    """The hub's loader, installed apart."""
    command = BENCH / "bin" / "target-postgres"
    if not command.exists():
        subprocess.run([BIN / "uv", "venv", "--quiet", "--clear", BENCH], check=True)  # noqa: S603
        uv = BIN / "uv"
        subprocess.run(  # noqa: S603
            [uv, "pip", "install", "--quiet", "--python", BENCH, HUB_TARGET], check=True
        )
    return command


def write_singer_file(path: Path, records: int) -> None:
    """Records like CleverTap's events: 1.2 KB, three nested objects."""
    text, nested = {"type": "string"}, {"type": "object"}
    properties = {
        "event_key": text,
        "event_name": text,
        "event_date": {"type": "string", "format": "date"},
        "occurred_at": {"type": "string", "format": "date-time"},
        "ts": {"type": "integer"},
        "profile": nested,
        "session_props": nested,
        "event_props": nested,
        "read_at": {"type": "string", "format": "date-time"},
    }
    schema = {"type": "SCHEMA", "stream": "events", "key_properties": ["event_key"]}
    with path.open("w") as file:
        file.write(json.dumps({**schema, "schema": {"properties": properties}}) + "\n")
        for number in range(records):
            file.write(json.dumps(record_message(number)) + "\n")


def record_message(number: int) -> dict[str, object]:
    """The RECORD message of one event."""
    profile = {
        "objectId": f"__g{number % 20_000:030d}",
        "platform": "Android",
        "identity": f"customer-{number % 20_000:08d}",
        "email": f"person{number % 20_000}@example.com",
        "profileData": {f"property {each}": f"value {each * number}" for each in range(8)},
    }
    return {
        "type": "RECORD",
        "stream": "events",
        "record": {
            "event_key": f"{number:032x}",
            "event_name": "Product Viewed",
            "event_date": f"2026-10-{number % 31 + 1:02d}",
            "occurred_at": f"2026-10-{number % 31 + 1:02d}T10:11:12Z",
            "ts": 20261001101112,
            "profile": profile,
            "session_props": {"session_source": "Others", "utm_source": "google"},
            "event_props": {"Product Id": f"SKU-{number % 60}", "Price": 199.5, "CT Source": "App"},
            "read_at": "2026-11-01T00:00:00.123456Z",
        },
    }


def bench_loaders(folder: Path, records: int, rounds: int) -> list[Contender]:
    """Load one file into an empty table, time after time."""
    singer = folder / "events.singer"
    write_singer_file(singer, records)
    server = PostgresServer(folder / "postgres", free_port())
    server.start()
    server.create_database("bench")

    def connection() -> psycopg.Connection:
        return psycopg.connect(server.url("bench"), autocommit=True)

    def empty() -> None:
        with connection() as database:
            database.execute("drop schema if exists bench cascade")
            database.execute("create schema bench")

    def config(**more: object) -> Path:
        path = folder / f"{len(more)}.json"
        settings = {
            "host": "127.0.0.1",
            "port": server.port,
            "user": "headwater",
            "password": "sandbox",
            "database": "bench",
            "default_target_schema": "bench",
        }
        path.write_text(json.dumps({**settings, **more}))
        return path

    def copy_text() -> None:
        """The floor: the same bytes as one text column, by nothing but COPY."""
        with connection() as database, database.cursor() as cursor:
            cursor.execute("create table bench.floor (line text)")
            copy_from = "copy bench.floor from stdin with (format csv, quote e'\\x01')"
            with cursor.copy(copy_from) as copy, singer.open("rb") as file:
                while block := file.read(1 << 20):
                    copy.write(block.replace(b'"', b"'").replace(b",", b";"))

    ours, hubs = config(engine="postgres"), config()
    contenders = [
        Contender(
            "target-redshift",
            lambda: run_command(BIN / "target-redshift", "--config", ours, stdin=singer),
        ),
        Contender(HUB_TARGET, lambda: run_command(hub_target(), "--config", hubs, stdin=singer)),
        Contender("COPY of the bare lines (floor)", copy_text),
    ]
    hub_target()
    try:
        for _ in range(rounds):
            for contender in contenders:
                empty()
                contender.measure()
    finally:
        server.remove()
    return contenders


def bench_tap(folder: Path, rounds: int) -> tuple[int, list[Contender]]:
    """Read a world's events through the API; how many there are, and what it took."""
    world = folder / "world.db"
    create_world(world, Plan(seed=7, users=20_000, days=90), lambda _: None)
    with serve_clevertap(world) as api:
        events = sum(int(row["events"]) for row in api.ledger("clevertap_events"))
        config, catalog = folder / "tap.json", folder / "catalog.json"
        settings = {
            "api_url": api.url,
            "account_id": api.account_id,
            "passcode": api.passcode,
            "account_timezone": "Asia/Kolkata",
            "start_date": str(api.first_day),
        }
        config.write_text(json.dumps(settings))
        tap = BIN / "tap-clevertap"
        discovered = subprocess.run(  # noqa: S603
            [tap, "--config", config, "--discover"], check=True, capture_output=True
        )
        found = json.loads(discovered.stdout)
        for stream in found["streams"]:
            wanted = stream["tap_stream_id"] in {"events", "events_reads"}
            for entry in stream["metadata"]:
                if not entry["breadcrumb"]:
                    entry["metadata"]["selected"] = wanted
        catalog.write_text(json.dumps(found))
        contenders = [
            Contender(
                "tap-clevertap", lambda: run_command(tap, "--config", config, "--catalog", catalog)
            ),
            Contender("http.client and json, a page at a time", lambda: read_pages(api)),
        ]
        for _ in range(rounds):
            for contender in contenders:
                contender.measure()
    return events, contenders


def read_pages(api: SimulatedClevertap) -> None:
    """Fetch what the tap fetches, decode it, and do nothing with it."""
    client = Client(api)
    for name in {row["event_name"] for row in api.ledger("clevertap_events")}:
        cursor = client.open(name, api.first_day, api.clock).json["cursor"]
        client.pages(cursor)


def show(title: str, rows: int, contenders: Sequence[Contender]) -> None:
    """Print medians, and how many times longer each takes than the first."""
    table = Table("", "seconds", "rows/s", "of the first", "peak MB", title=title)
    first = statistics.median(contenders[0].seconds)
    for contender in contenders:
        seconds = statistics.median(contender.seconds)
        peak = contender.peak_megabytes
        table.add_row(
            contender.name,
            f"{seconds:.1f}",
            f"{rows / seconds:,.0f}",
            f"{seconds / first:.2f}",
            f"{statistics.median(peak):.0f}" if peak else "",
        )
    Console().print(table)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=300_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        loaders = bench_loaders(folder, arguments.records, arguments.rounds)
        show(f"Loading {arguments.records:,} events of 1 KB", arguments.records, loaders)
        events, readers = bench_tap(folder, arguments.rounds)
        show(f"Reading {events:,} events", events, readers)


if __name__ == "__main__":
    main()
