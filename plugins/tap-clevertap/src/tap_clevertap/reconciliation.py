"""Whether as many records came as CleverTap counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tap_clevertap.endpoints import Slice

NEVER, WARN, FAIL = "never", "warn", "fail"
MODES = (NEVER, WARN, FAIL)
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """A slice of which `rows` records came where CleverTap counts `count`."""

    slice: Slice
    rows: int
    count: int

    def __str__(self) -> str:
        return f"{self.slice}: {self.rows:,} read, {self.count:,} counted"

    def is_beyond(self, tolerance: float) -> bool:
        """Whether it is more than so many per cent of the count, rounded up to whole records."""
        allowed = math.ceil(Fraction(str(tolerance)) * self.count / 100)
        return abs(self.rows - self.count) > allowed


def summary(differences: Sequence[Difference], tolerance: float) -> str:
    """Say in one sentence which slices differ and what follows."""
    named = "; ".join(map(str, differences[:_NAMED]))
    more = f"; and {len(differences) - _NAMED} more" if len(differences) > _NAMED else ""
    return (
        f"CleverTap counts other numbers than were read, by more than the setting "
        f"reconcile_tolerance ({tolerance:g} %): {named}{more}. What was read is written; the "
        "next run reads these days again."
    )
