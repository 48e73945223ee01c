"""A world that lives on while an API serves it."""

from abc import ABC, abstractmethod
from datetime import date
from pathlib import Path

from sandbox.clock import http_date
from sandbox.world.store import World


class LiveWorld(ABC):
    """What an API shows of the world; it follows the world's clock.

    Args:
        path: The world's file.
    """

    def __init__(self, path: Path) -> None:
        self._world = World(path)
        self._version = -1
        self._clock = date.min

    @abstractmethod
    def _follow(self, clock: date) -> None:
        """Read again, or forget, what moved with the clock."""

    def close(self) -> None:
        """Close the world's file."""
        self._world.close()

    @property
    def clock(self) -> date:
        """The world's clock, having followed it."""
        version = self._world.version
        if version != self._version:
            self._version = version
            clock = self._world.clock
            if clock != self._clock:
                self._follow(clock)
                self._clock = clock
        return self._clock

    @property
    def http_date(self) -> str:
        """The last second of the clock's day, as the header `Date` has it."""
        return http_date(self.clock)
