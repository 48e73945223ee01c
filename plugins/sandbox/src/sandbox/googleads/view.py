"""The world as the API's customers see it now, kept in memory while the world stands still."""

from datetime import date
from pathlib import Path
from threading import RLock

from sandbox.googleads.cells import Cells
from sandbox.googleads.check import Plan
from sandbox.googleads.clicks import Arrivals, Clicks, arrivals
from sandbox.googleads.customers import Customer
from sandbox.googleads.inventory import Inventory
from sandbox.googleads.reports import report
from sandbox.googleads.source import Row, Source
from sandbox.live_world import LiveWorld


class GoogleView(LiveWorld):
    """Reads the world, and again when its clock has moved; threads wait for each other.

    Args:
        path: The world's file.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._lock = RLock()
        self._cells: Cells | None = None
        self._arrivals: Arrivals | None = None
        self._sources: dict[str, tuple[Inventory, Source]] = {}

    def _follow(self, clock: date) -> None:
        del clock  # what is forgotten is made anew when it is asked for
        self._cells = self._arrivals = None
        self._sources.clear()

    @property
    def clock(self) -> date:
        """The world's clock, having forgotten what moved with it.

        By its end it is the same day in all time zones of our customers, which are west of it.
        """
        with self._lock:
            return super().clock

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
