"""docs/scale.md says what the arithmetic gives; run as a module, this prints the page's tables."""

from __future__ import annotations

import math
import re
import sys
from pathlib import Path

from tests import scale

PAGE = Path(__file__).resolve().parents[1] / "docs" / "scale.md"
TABLE_OF_NUMBERS = re.compile(r"^\|.*\|\n\| --- (?:\| ---: )+\|\n(?:\|.*\|\n)+", re.MULTILINE)


def short(figure: float | str) -> str:
    """A figure to three digits."""
    if isinstance(figure, str):
        return figure
    digits = 2 - math.floor(math.log10(figure))
    places = 0 if isinstance(figure, int) else min(3, max(0, digits))
    return f"{round(figure, min(3, digits)):,.{places}f}"


def table(heading: str, columns: dict[str, dict[str, float | str]]) -> str:
    """A table of figures in Markdown."""
    names = next(iter(columns.values()))
    lines = [[heading, *columns], ["---", *["---:"] * len(columns)]]
    lines += [[name, *(short(each[name]) for each in columns.values())] for name in names]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def tables() -> list[str]:
    """The page's tables, in its order."""
    found = {f"{each.monthly:,}": scale.work_out(each) for each in scale.SCALES}
    volume, day, flush, cost = (
        table("events a month", {head: each[kind] for head, each in found.items()})
        for kind in ("volume", "day", "flush", "cost")
    )
    tried = [scale.SCALES[2]._replace(batch=each) for each in (1_000_000, 2_000_000, 5_000_000)]
    batches = {f"{each.batch:,}": scale.work_out(each)["flush"] for each in tried}
    return [
        table("", {"measured": scale.MEASURED}),
        volume,
        day,
        flush,
        table("a flush of", batches),
        cost,
    ]


def test_every_table_of_numbers_is_the_arithmetics() -> None:
    assert TABLE_OF_NUMBERS.findall(PAGE.read_text()) == tables()


if __name__ == "__main__":
    sys.stdout.write("\n".join(tables()))
