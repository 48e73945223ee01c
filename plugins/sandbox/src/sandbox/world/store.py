"""The world on disk: one SQLite file, written a day at a time."""

import json
import sqlite3
import zlib
from array import array
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import msgspec

from sandbox.errors import SandboxError
from sandbox.world.daybook import DayBook
from sandbox.world.people import Person
from sandbox.world.simulation import Plan, Simulation

FORMAT = 2
SEPARATOR = b"\n"
_TABLES = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE people (number INTEGER PRIMARY KEY, state BLOB NOT NULL);
CREATE TABLE event_blocks (name TEXT, day TEXT, visible TEXT, events INTEGER, devices BLOB,
    body BLOB);
CREATE INDEX event_blocks_slice ON event_blocks (name, day);
CREATE TABLE shop_rows (day TEXT, relation TEXT, key TEXT, line TEXT);
CREATE INDEX shop_rows_day ON shop_rows (day);
CREATE TABLE orders (order_id TEXT, ordered_on TEXT, day TEXT, currency TEXT, gross INTEGER);
CREATE TABLE refunds (order_id TEXT, ordered_on TEXT, day TEXT, currency TEXT, amount INTEGER);
CREATE TABLE ad_metrics (ad INTEGER, day TEXT, reported_on TEXT, impressions INTEGER,
    clicks INTEGER, spend INTEGER, conversions INTEGER, value INTEGER);
CREATE TABLE visits (day TEXT, visible TEXT, visits INTEGER);
CREATE TABLE message_days (message_id INTEGER, name TEXT, channel TEXT, sent_on TEXT, day TEXT,
    sent INTEGER, viewed INTEGER, clicked INTEGER);
"""
_decode_person = msgspec.json.Decoder(Person).decode
Progress = Callable[[str], None]


class EventSlice(NamedTuple):
    """Events of one name and day: JSON fragments and the devices they came from."""

    fragments: list[bytes]
    devices: "array[int]"


class MessageSums(NamedTuple):
    """A message and what came of it in some days."""

    message_id: int
    name: str
    channel: str
    sent_on: date
    sent: int
    viewed: int
    clicked: int


class World:
    """An existing world.

    Args:
        path: Its file.

    Raises:
        SandboxError: There is no world, or another version of the sandbox made it.
    """

    def __init__(self, path: Path) -> None:
        if not path.exists():
            raise SandboxError(f"There is no world in {path.parent}: run `sandbox start`.")
        self.path = path
        self._connection = sqlite3.connect(path, timeout=60, check_same_thread=False)
        self._connection.isolation_level = None
        if self._meta("format") != str(FORMAT):
            self.close()
            raise SandboxError(
                f"The world in {path.parent} was made by another version of the sandbox: "
                "run `sandbox reset`."
            )

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @property
    def plan(self) -> Plan:
        """What the world was made from."""
        return Plan(**json.loads(self._meta("plan")))

    @property
    def clock(self) -> date:
        """The world's last day that has been lived."""
        return date.fromisoformat(self._meta("clock"))

    @property
    def destination(self) -> date | None:
        """The day that an `advance` is under way to, if one is."""
        text = self._meta("destination")
        return date.fromisoformat(text) if text else None

    @property
    def version(self) -> int:
        """Changes whenever another process has changed the world."""
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)

    def advance(self, destination: date, progress: Progress) -> None:
        """Live until the end of a day; a day is kept whole or not at all."""
        with self._transaction():
            self._set_meta("destination", str(destination))
        simulation = Simulation(self.plan, list(self.people()))
        while self.clock < destination:
            self._live(simulation, self.clock + timedelta(days=1))
            progress(f"the world has lived through {self.clock}")

    def arrive(self) -> None:
        """Note that an advance is complete, with all that follows from it."""
        with self._transaction():
            self._set_meta("destination", "")

    def people(self) -> Iterator[Person]:
        """Everybody, in order of arrival."""
        rows = self._connection.execute("SELECT state FROM people ORDER BY number")
        return (_decode_person(state) for (state,) in rows)

    def event_counts(self, clock: date) -> list[tuple[str, str, int]]:
        """Event name, day and number of events, as visible at a clock."""
        return self._connection.execute(
            "SELECT name, day, sum(events) FROM event_blocks WHERE visible <= ? "
            "GROUP BY name, day ORDER BY name, day",
            [str(clock)],
        ).fetchall()

    def event_devices(self, clock: date) -> "Iterator[tuple[str, date, array[int]]]":
        """Event name, day and devices of each block that is visible at a clock."""
        rows = self._connection.execute(
            "SELECT name, day, devices FROM event_blocks WHERE visible <= ? ORDER BY day",
            [str(clock)],
        )
        for name, day, devices in rows:
            yield name, date.fromisoformat(day), array("I", devices)

    def events(self, name: str, first: date, last: date, clock: date) -> EventSlice:
        """The events of one name between two days, as visible at a clock."""
        rows = self._connection.execute(
            "SELECT devices, body FROM event_blocks WHERE name = ? AND day BETWEEN ? AND ? "
            "AND visible <= ? ORDER BY rowid",
            [name, str(first), str(last), str(clock)],
        ).fetchall()
        fragments = chain.from_iterable(zlib.decompress(body).split(SEPARATOR) for _, body in rows)
        return EventSlice(list(fragments), array("I", b"".join(devices for devices, _ in rows)))

    def devices_by_day(
        self, name: str, first: date, last: date, clock: date
    ) -> "Iterator[tuple[date, array[int]]]":
        """Day and devices of the events of one name between two days, as visible at a clock."""
        rows = self._connection.execute(
            "SELECT day, devices FROM event_blocks WHERE name = ? AND day BETWEEN ? AND ? "
            "AND visible <= ?",
            [name, str(first), str(last), str(clock)],
        )
        for day, devices in rows:
            yield date.fromisoformat(day), array("I", devices)

    def messages(self, first: date, last: date, clock: date) -> list[MessageSums]:
        """What came of each message between two days, as known at a clock; oldest first."""
        rows = self._connection.execute(
            "SELECT message_id, name, channel, sent_on, sum(sent), sum(viewed), sum(clicked) "
            "FROM message_days WHERE day BETWEEN ? AND ? GROUP BY message_id, name, channel, "
            "sent_on ORDER BY message_id",
            [str(first), str(min(last, clock))],
        )
        return [
            MessageSums(number, name, channel, date.fromisoformat(sent_on), *sums)
            for number, name, channel, sent_on, *sums in rows
        ]

    def shop_rows(self, after: date | None, clock: date) -> Iterator[tuple[str, str]]:
        """Table and COPY line of each row that changed after a day, as it stands at a clock."""
        return self._connection.execute(
            # A row's versions are written in the order of their days.
            "SELECT relation, line FROM shop_rows WHERE rowid IN (SELECT max(rowid) "
            "FROM shop_rows WHERE day > ? AND day <= ? GROUP BY relation, key) ORDER BY rowid",
            [str(after or ""), str(clock)],
        )

    def query(self, statement: str, clock: date) -> list[tuple[object, ...]]:
        """Rows of a statement of the ledger, which names the clock `:clock`."""
        return self._connection.execute(statement, {"clock": str(clock)}).fetchall()

    def _live(self, simulation: Simulation, day: date) -> None:
        book = simulation.live(day)
        with self._transaction():
            _write_book(self._connection, book)
            _write_people(self._connection, simulation)
            self._set_meta("clock", str(day))

    def _meta(self, name: str) -> str:
        row = self._connection.execute("SELECT value FROM meta WHERE name = ?", [name]).fetchone()
        return str(row[0]) if row else ""

    def _set_meta(self, name: str, value: str) -> None:
        self._connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", [name, value])

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def create_world(path: Path, plan: Plan, progress: Progress) -> None:
    """Make a world and let it live for the plan's days; the file appears when all is done."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA synchronous = OFF")
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        simulation = Simulation(plan, [])
        for number in range(plan.days):
            book = simulation.live(plan.first_day + timedelta(days=number))
            _write_book(connection, book)
            if number % 15 == 14:  # noqa: PLR2004 - a line of progress every second or so
                progress(f"the world has lived through {book.day}")
        _write_people(connection, simulation)
        meta = {
            "format": str(FORMAT),
            "plan": json.dumps({"seed": plan.seed, "users": plan.users, "days": plan.days}),
            "clock": str(plan.last_day),
            "destination": "",
        }
        connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())
        connection.execute("COMMIT")
        # Readers and the one writer must not wait for each other.
        connection.execute("PRAGMA journal_mode = WAL")
    unfinished.rename(path)


def remove_world(path: Path) -> None:
    """Remove a world and whatever an interrupted command left of one."""
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm", f"{path.name}.new"):
        path.with_name(name).unlink(missing_ok=True)


def _write_book(connection: sqlite3.Connection, book: DayBook) -> None:
    connection.executemany(
        "INSERT INTO event_blocks VALUES (?, ?, ?, ?, ?, ?)",
        (
            (
                name,
                str(book.day),
                str(visible),
                len(block.fragments),
                array("I", block.devices).tobytes(),
                zlib.compress("\n".join(block.fragments).encode(), 1),
            )
            for (name, visible), block in book.events.items()
        ),
    )
    for table, rows in (
        ("shop_rows", book.shop),
        ("orders", book.orders),
        ("refunds", book.refunds),
        ("ad_metrics", book.metrics),
        ("message_days", book.messages),
        ("visits", [(book.day, *counted) for counted in book.visits.items()]),
    ):
        if rows:
            marks = ", ".join("?" * len(rows[0]))
            connection.executemany(
                f"INSERT INTO {table} VALUES ({marks})",  # noqa: S608 - our own table names
                (
                    [str(value) if isinstance(value, date) else value for value in row]
                    for row in rows
                ),
            )


def _write_people(connection: sqlite3.Connection, simulation: Simulation) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO people VALUES (?, ?)",
        (
            (number, msgspec.json.encode(simulation.people[number]))
            for number in sorted(simulation.touched)
        ),
    )
    simulation.touched.clear()
