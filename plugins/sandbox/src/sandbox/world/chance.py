"""Chance that comes out the same on every machine and Python.

Only the generator's raw numbers and plain arithmetic are used: helpers such as `shuffle` or
`gauss` may change between Python versions, and logarithms between C libraries.
"""

import random
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Weighted(Generic[T]):
    """Things to pick by weight.

    Args:
        weights: Each thing and its weight, in a fixed order.
    """

    def __init__(self, weights: dict[T, int]) -> None:
        self._things = list(weights)
        self._bounds = list(accumulate(weights.values()))
        self._total = self._bounds[-1]

    def at(self, share: float) -> T:
        """The thing at this share (0 <= share < 1) of the whole weight."""
        return self._things[bisect_right(self._bounds, share * self._total)]


class Chance:
    """A stream of chance named by a text such as `seed|day`."""

    def __init__(self, name: str) -> None:
        generator = random.Random(name)  # noqa: S311 - a simulation, not a secret
        self.random = generator.random
        self._bits = generator.getrandbits

    def hit(self, per_mille: int) -> bool:
        """True in so many of a thousand cases."""
        return self.random() * 1000 < per_mille

    def between(self, low: int, high: int) -> int:
        """A whole number, both ends included."""
        return low + int(self.random() * (high - low + 1))

    def pick(self, things: Sequence[T]) -> T:
        """One of several, all alike."""
        return things[int(self.random() * len(things))]

    def weigh(self, things: Weighted[T]) -> T:
        """One of several, by weight."""
        return things.at(self.random())

    def uuid(self) -> str:
        """A random (version 4) UUID."""
        digits = f"{self._bits(128):032x}"
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"

    def hexadecimal(self, digits: int) -> str:
        """So many random hexadecimal digits."""
        return f"{self._bits(digits * 4):0{digits}x}"
