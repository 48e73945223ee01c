"""target-redshift beside the hub's loader, and beside COPY alone."""

from __future__ import annotations

import json
import sys
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg import sql
from tests.bench.inputs import (
    EVENTS,
    NARROW,
    WIDE,
    Properties,
    event,
    narrow,
    wide,
    write_singer_file,
)
from tests.bench.measuring import (
    BIN,
    Contender,
    Demand,
    Result,
    Taken,
    clocked,
    peer,
    run_command,
    tell,
)

from postgres_local import PostgresServer, free_port

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.bench.stand_in import StandIn

OURS = "target-redshift"
OURS_REDSHIFT = "target-redshift, through redshift-local"
HUB = "meltanolabs-target-postgres==0.8.1"
# Not its default; measured once, to be fair to it.
HUB_COPY = f"{HUB}, use_copy"
BLOCK = 1 << 20


@dataclass(frozen=True)
class Job:
    """A file to load.

    `hub_rounds` caps how often the peer loads it: it takes minutes over a large one. With
    `hub_copy` it does so once more, in its faster way. With `redshift` our engine for Redshift
    loads it too, and is to be so many times faster than the peer.
    """

    name: str
    properties: Properties
    record: Callable[[int], dict[str, object]]
    rows: int
    times_faster: float
    hub_rounds: int = 99
    hub_copy: bool = True
    most_megabytes: float | None = None
    again: bool = False
    redshift: float | None = None


def jobs(records: int) -> dict[str, Job]:
    """The cases; `records` is the size of the first, the others keep their proportion to it."""
    return {
        "events": Job("CleverTap events", EVENTS, event, records, 10, again=True, redshift=8),
        "wide": Job("rows of 200 columns", WIDE, wide, records // 6, 6),
        "large": Job(
            "rows of 290 bytes",
            NARROW,
            narrow,
            records * 10,
            times_faster=15,
            hub_rounds=1,
            hub_copy=False,
            most_megabytes=300,
        ),
    }


class Warehouse:
    """An embedded Postgres for the time of the bench.

    Args:
        folder: Where it keeps its data and the loaders' settings.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Autovacuum would work for one contender while the next is measured.
        options = {"autovacuum": "off"}
        self.server = PostgresServer(folder / "postgres", free_port(), options)

    def __enter__(self) -> Self:
        self.server.start()
        self.server.create_database("bench")
        return self

    def __exit__(self, *_: object) -> None:
        self.server.remove()

    def connect(self) -> psycopg.Connection:
        """A connection that commits each statement."""
        return psycopg.connect(self.server.url("bench"), autocommit=True)

    def empty(self) -> None:
        """Begin from nothing, with nothing left to be written to disk."""
        with closing(self.connect()) as database:
            database.execute("drop schema if exists bench cascade")
            database.execute("create schema bench")
            database.execute("checkpoint")

    def config(self, name: str, **more: str | bool) -> Path:
        """A loader's settings: the defaults, but for where to load to."""
        path = self._folder / f"{name}.json"
        settings = {
            "host": "127.0.0.1",
            "port": self.server.port,
            "user": "headwater",
            "password": "sandbox",
            "database": "bench",
            "default_target_schema": "bench",
        }
        path.write_text(json.dumps({**settings, **more}))
        return path

    def dump(self, path: Path) -> None:
        """Write the loaded rows as COPY gives them, and remember the shape of their table."""
        with closing(self.connect()) as database:
            database.execute("create schema if not exists floor")
            database.execute("drop table if exists floor.bench")
            database.execute("create table floor.bench (like bench.bench including all)")
            with (
                path.open("wb") as file,
                database.cursor().copy("copy bench.bench to stdout") as copy,
            ):
                file.writelines(copy)

    def copy_back(self, path: Path) -> None:
        """The floor: the same rows into a table of the same shape, by nothing but COPY."""
        with closing(self.connect()) as database:
            database.execute("truncate floor.bench")
            query = sql.SQL("copy floor.bench from stdin")
            with database.cursor().copy(query) as copy, path.open("rb") as file:
                for block in _blocks(file.read):
                    copy.write(block)


def _check(database: psycopg.Connection, name: str, rows: int) -> None:
    """See that a loader has loaded what it was given.

    Raises:
        SystemExit: It has not.
    """
    with closing(database):
        found = database.execute("select count(*) from bench.bench").fetchone()
    if found != (rows,):
        sys.exit(f"{name} was given {rows} rows, and the table holds {found}")


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(BLOCK):
        yield block


class Bench:
    """One job for all contenders.

    Args:
        warehouse: Where they load to.
        stand_in: Where our engine for Redshift loads to.
        folder: For the input.
        job: What to load.
    """

    def __init__(self, warehouse: Warehouse, stand_in: StandIn, folder: Path, job: Job) -> None:
        self.warehouse = warehouse
        self.stand_in = stand_in
        self.job = job
        self.singer = folder / "input.singer"
        self.rows_file = folder / "rows.copy"
        hub = peer(HUB, "target-postgres")
        commands = {
            OURS: (BIN / "target-redshift", warehouse.config("ours", engine="postgres")),
            HUB: (hub, warehouse.config("hub")),
            HUB_COPY: (hub, warehouse.config("hub_copy", use_copy=True)),
        }
        self.rounds = {HUB: job.hub_rounds, HUB_COPY: int(job.hub_copy)}

        def load(name: str) -> Callable[[], Taken]:
            command, config = commands[name]
            return lambda: run_command(command, "--config", config, stdin=self.singer)

        self.redshift = Contender(
            OURS_REDSHIFT,
            lambda: run_command(
                BIN / "target-redshift",
                "--config",
                stand_in.config(),
                stdin=self.singer,
                variables=stand_in.variables,
            ),
        )
        self.first = {name: Contender(name, load(name)) for name in commands}
        self.second = {name: Contender(name, load(name)) for name in commands}
        self.floor = Contender(
            "COPY of the finished rows (floor)",
            lambda: clocked(lambda: warehouse.copy_back(self.rows_file)),
        )

    def run(self, rounds: int) -> list[Result]:
        """Measure everybody in turns."""
        job = self.job
        tell(f"writing {job.rows:,} {job.name}")
        write_singer_file(self.singer, job.properties, job.record, job.rows)
        try:
            for number in range(rounds):
                tell(f"{job.name}: round {number + 1} of {rounds}")
                self._load(OURS)
                if not number:
                    self.warehouse.dump(self.rows_file)
                self.floor.measure()
                if job.redshift:
                    self._load_redshift()
                for name, most in self.rounds.items():
                    if number < most:
                        self._load(name)
        finally:
            size = self.singer.stat().st_size / 1e6
            self.singer.unlink()
            self.rows_file.unlink(missing_ok=True)
        return self._results(size)

    def _load(self, name: str) -> None:
        self.warehouse.empty()
        for contender in (self.first, self.second)[: 1 + self.job.again]:
            contender[name].measure()
            _check(self.warehouse.connect(), name, self.job.rows)
            tell(f"  {name}: {contender[name].taken[-1].seconds:.1f} s")

    def _load_redshift(self) -> None:
        self.stand_in.empty()
        self.redshift.measure()
        _check(self.stand_in.connect(), OURS_REDSHIFT, self.job.rows)
        tell(f"  {OURS_REDSHIFT}: {self.redshift.taken[-1].seconds:.1f} s")

    def _results(self, megabytes: float) -> list[Result]:
        job, ours = self.job, self.first[OURS]
        ratio = self.first[HUB].seconds / ours.seconds
        title = f"{job.rows:,} {job.name} ({megabytes:,.0f} MB)"
        demands = [Demand(f"{title}: times faster than the hub's", ratio, job.times_faster)]
        if job.most_megabytes and ours.megabytes:
            demands.append(
                Demand(f"{title}: peak MB", ours.megabytes, job.most_megabytes, least=False)
            )
        if job.redshift:
            ratio = self.first[HUB].seconds / self.redshift.seconds
            text = f"{title}, through redshift-local: times faster than the hub's"
            demands.append(Demand(text, ratio, job.redshift))
        measured = (ours, self.redshift, *list(self.first.values())[1:], self.floor)
        contenders = [each for each in measured if each.taken]
        results = [Result(f"{title}, empty table", job.rows, contenders, demands)]
        if job.again:
            results.append(Result(f"{title}, all again", job.rows, [*self.second.values()]))
        return results
