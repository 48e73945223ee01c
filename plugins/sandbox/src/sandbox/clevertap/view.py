"""The world as the API's account sees it now, kept in memory while the world stands still."""

from collections import OrderedDict, defaultdict
from datetime import date
from pathlib import Path
from typing import NamedTuple

from sandbox.clevertap.cursors import Cursor
from sandbox.clevertap.records import event_profile, profile_record
from sandbox.live_world import LiveWorld
from sandbox.world.people import BUCKETS, Device, Person
from sandbox.world.store import MessageSums

REMEMBERED_SLICES = 6
Parts = tuple[str, ...]


class _Slice(NamedTuple):
    """What one chain of pages walks through: places of the items, page by page."""

    pages: list[list[int]]
    fragments: list[bytes]
    owners: list[int]


class WorldView(LiveWorld):
    """Reads the world, and again when its clock has moved.

    Args:
        path: The world's file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.people: list[Person] = []
        self._devices: list[tuple[Person, Device]] = []
        self._buckets: list[int] = []
        self._profiles: dict[Parts, list[bytes | None]] = {}
        self._slices: OrderedDict[tuple[object, ...], _Slice] = OrderedDict()

    def page(self, cursor: Cursor) -> list[bytes]:
        """The records of a page, none when the cursor is beyond the last one."""
        found = self._slice(cursor)
        if cursor.page >= len(found.pages):
            return []
        places = found.pages[cursor.page]
        if cursor.family == "profiles":
            return [profile_record(self.people[found.owners[p]], cursor.parts) for p in places]
        heads = self._profiles.setdefault(cursor.parts, [None] * len(self._devices))
        owners, fragments = found.owners, found.fragments
        return [
            (heads[owners[p]] or self._head(heads, owners[p], cursor.parts)) + fragments[p]
            for p in places
        ]

    def events_between(self, name: str, first: date, last: date) -> dict[date, int]:
        """Number of events of one name by day."""
        wanted: dict[date, int] = defaultdict(int)
        for event, day, count in self._world.event_counts(self.clock):
            if event == name and first <= date.fromisoformat(day) <= last:
                wanted[date.fromisoformat(day)] += count
        return dict(wanted)

    def people_by_day(self, name: str, first: date, last: date) -> dict[date, set[int]]:
        """Numbers of the people who did something, by day."""
        found: dict[date, set[int]] = defaultdict(set)
        for day, devices in self._world.devices_by_day(name, first, last, self.clock):
            found[day] |= {self._devices[device][0].number for device in set(devices)}
        return dict(found)

    def messages(self, first: date, last: date) -> list[MessageSums]:
        """What came of each message between two days, as far as they have been lived."""
        return self._world.messages(first, last, self.clock)

    def fragments(self, name: str, first: date, last: date) -> list[bytes]:
        """The JSON fragments of the events of one name between two days."""
        return self._world.events(name, first, last, self.clock).fragments

    def people_with(self, name: str, first: date, last: date, clock: date) -> list[int]:
        """Numbers of the people who did something between two days."""
        devices = self._world.events(name, first, last, clock).devices
        return sorted({self._devices[device][0].number for device in set(devices)})

    def _head(self, heads: list[bytes | None], device: int, parts: Parts) -> bytes:
        head = b'{"profile":' + event_profile(*self._devices[device], parts) + b","
        heads[device] = head
        return head

    def _follow(self, clock: date) -> None:
        del clock  # people are read as they are now
        self.people = list(self._world.people())
        owners = {
            device.number: (person, device) for person in self.people for device in person.devices
        }
        self._devices = [owners[number] for number in range(len(owners))]
        self._buckets = [device.bucket for _, device in self._devices]
        self._profiles = {}
        self._slices.clear()

    def _slice(self, cursor: Cursor) -> _Slice:
        key = (
            cursor.family,
            cursor.event_name,
            cursor.first,
            cursor.last,
            cursor.clock,
            cursor.batch_size,
        )
        found = self._slices.get(key)
        if found is None:
            found = (
                self._read_profiles(cursor) if cursor.family == "profiles" else self._read(cursor)
            )
            self._slices[key] = found
            if len(self._slices) > REMEMBERED_SLICES:
                self._slices.popitem(last=False)
        self._slices.move_to_end(key)
        return found

    def _read(self, cursor: Cursor) -> _Slice:
        events = self._world.events(cursor.event_name, cursor.first, cursor.last, cursor.clock)
        homes = [self._buckets[device] for device in events.devices]
        return _Slice(_pages(homes, cursor.batch_size), events.fragments, list(events.devices))

    def _read_profiles(self, cursor: Cursor) -> _Slice:
        owners = self.people_with(cursor.event_name, cursor.first, cursor.last, cursor.clock)
        homes = [self.people[number].devices[0].bucket for number in owners]
        return _Slice(_pages(homes, cursor.batch_size), [], owners)


def _pages(homes: list[int], batch_size: int) -> list[list[int]]:
    """Divide items over pages as CleverTap does: an equal share of each of 23 buckets.

    Sizes below 23 are no limit there. The order is none, but always the same.
    """
    buckets: list[list[int]] = [[] for _ in range(BUCKETS)]
    for place, bucket in enumerate(homes):
        buckets[bucket].append(place)
    mixed = [places[1::2] + places[::2] for places in buckets]
    share = batch_size // BUCKETS or max(len(homes), 1)
    longest = max(map(len, mixed))
    return [
        [place for places in mixed for place in places[begin : begin + share]]
        for begin in range(0, longest, share)
    ]
