"""Contenders, what they took, what is demanded of them, and the tables that show it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

BIN = Path(sys.executable).parent
ROOT = Path(__file__).resolve().parents[2]
PEAK = Path(__file__).with_name("peak.py")
WIDTH = 118
PEAK_MEANS = (
    "CPU s and peak MB of the contender's processes, without database and simulator. "
    "Peak: the larger of the largest process's ru_maxrss (exact) and the resident memory of the "
    "whole process tree (a sample every 50 ms)."
)


@dataclass(frozen=True)
class Taken:
    """What one run took; None where nobody looked."""

    seconds: float
    cpu_seconds: float | None = None
    megabytes: float | None = None


@dataclass
class Contender:
    """Something that does a job, and what it took each time."""

    name: str
    run: Callable[[], Taken]
    taken: list[Taken] = field(default_factory=list)

    def measure(self) -> None:
        """Run once."""
        self.taken.append(self.run())

    @property
    def seconds(self) -> float:
        """The median."""
        return statistics.median(each.seconds for each in self.taken)

    @property
    def cpu_seconds(self) -> float | None:
        """The median."""
        found = [each.cpu_seconds for each in self.taken if each.cpu_seconds is not None]
        return statistics.median(found) if found else None

    @property
    def megabytes(self) -> float | None:
        """The highest peak of all runs."""
        return max((each.megabytes for each in self.taken if each.megabytes), default=None)


@dataclass(frozen=True)
class Demand:
    """What must be reached; `least` or else at most."""

    text: str
    measured: float
    limit: float
    least: bool = True

    @property
    def is_met(self) -> bool:
        """Tell whether it was."""
        return self.measured >= self.limit if self.least else self.measured <= self.limit


@dataclass(frozen=True)
class Result:
    """A case: contenders for the same rows, ours first, and the demands."""

    title: str
    rows: int
    contenders: list[Contender]
    demands: list[Demand] = field(default_factory=list)


def run_command(
    *words: str | Path, stdin: Path | None = None, variables: Mapping[str, str] | None = None
) -> Taken:
    """Run a command to its end.

    Args:
        words: The command.
        stdin: What it reads.
        variables: What its environment has besides ours.

    Raises:
        SystemExit: It failed.
    """
    with (stdin or Path(os.devnull)).open("rb") as source:
        done = subprocess.run(  # noqa: S603
            [sys.executable, PEAK, *words],
            stdin=source,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            env={**os.environ, **(variables or {})},
        )
    if done.returncode:
        sys.exit(f"{words[0]} failed:\n{done.stderr[-2000:]}")
    return Taken(**json.loads(done.stderr.splitlines()[-1]))


def clocked(action: Callable[[], object]) -> Taken:
    """Do something within this process."""
    begin = time.perf_counter()
    action()
    return Taken(time.perf_counter() - begin)


def peer(requirement: str, command: str) -> Path:
    """A command from PyPI, installed into an environment that nothing else needs."""
    folder = ROOT / ".bench" / requirement.replace("==", "-")
    path = folder / "bin" / command
    if not path.exists():
        uv = BIN / "uv"
        python = f"--python={sys.executable}"
        subprocess.run([uv, "venv", "--quiet", "--clear", python, folder], check=True)  # noqa: S603
        subprocess.run(  # noqa: S603
            [uv, "pip", "install", "--quiet", "--python", folder, requirement], check=True
        )
    return path


def tell(text: str) -> None:
    """Say what goes on."""
    Console(stderr=True).print(f"{time.strftime('%H:%M:%S')} {text}", highlight=False)


def show(results: list[Result]) -> bool:
    """Print one table of all cases and one of the demands; tells whether all are met."""
    table = Table(
        "", "runs", "seconds", "rows/s", "times ours", "CPU s", "peak MB", caption=PEAK_MEANS
    )
    for result in results:
        table.add_section()
        table.add_row(f"[bold]{result.title}")
        ours = result.contenders[0].seconds
        for each in result.contenders:
            table.add_row(
                each.name,
                str(len(each.taken)),
                f"{each.seconds:.1f}",
                f"{result.rows / each.seconds:,.0f}",
                f"{each.seconds / ours:.2f}",
                f"{each.cpu_seconds:.1f}" if each.cpu_seconds else "",
                f"{each.megabytes:.0f}" if each.megabytes else "",
            )
    demands = Table("Demand", "at", "limit", "measured", "")
    every = [demand for result in results for demand in result.demands]
    for demand in every:
        demands.add_row(
            demand.text,
            "least" if demand.least else "most",
            f"{demand.limit:,g}",
            f"{demand.measured:,.1f}",
            "met" if demand.is_met else "[bold red]MISSED",
        )
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(table)
    console.print(demands)
    return all(demand.is_met for demand in every)
