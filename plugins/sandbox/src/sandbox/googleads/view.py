"""The world as the API's customers see it now, kept in memory while the world stands still."""

from datetime import date
from pathlib import Path
from threading import RLock

from sandbox.clock import http_date
from sandbox.googleads.cells import Cells
from sandbox.googleads.check import Plan
from sandbox.googleads.clicks import Arrivals, Clicks, arrivals
from sandbox.googleads.customers import Customer
from sandbox.googleads.inventory import Inventory
from sandbox.googleads.reports import report
from sandbox.googleads.source import Row, Source
from sandbox.world.store import World


class GoogleView:
    """Reads the world, and again when its clock has moved; threads wait for each other.

    Args:
        path: The world's file.
    """

    def __init__(self, path: Path) -> None:
        self._world = World(path)
        self._lock = RLock()
        self._version = -1
        self._clock = date.min
        self._cells: Cells | None = None
        self._arrivals: Arrivals | None = None
        self._sources: dict[str, tuple[Inventory, Source]] = {}

    def close(self) -> None:
        """Close the world's file."""
        self._world.close()

    @property
    def clock(self) -> date:
        """The world's clock, having forgotten what moved with it.

        By its end it is the same day in all time zones of our customers, which are west of it.
        """
        with self._lock:
            version = self._world.version
            if version != self._version:
                self._version = version
                clock = self._world.clock
                if clock != self._clock:
                    self._clock = clock
                    self._cells = self._arrivals = None
                    self._sources.clear()
            return self._clock

    @property
    def http_date(self) -> str:
        """The last second of the clock's day, as the header `Date` has it."""
        return http_date(self.clock)

    def rows(self, customer: Customer, plan: Plan) -> list[Row]:
        """The rows of a checked query."""
        with self._lock:
            return self._rows(customer, plan)

    def _rows(self, customer: Customer, plan: Plan) -> list[Row]:
        clock = self.clock
        cells = self._cells = self._cells or Cells(self._world, clock)
        if customer.customer_id not in self._sources:
            inventory = Inventory(customer, clock)
            self._sources[customer.customer_id] = inventory, Source(inventory, cells)
        inventory, source = self._sources[customer.customer_id]
        people: Arrivals = {}
        if plan.resource.name == "click_view":
            people = self._arrivals = self._arrivals or arrivals(self._world)
        return report(plan, inventory, source, Clicks(inventory, cells, people))
