"""Measure the hot paths beside their peers and floors: `make bench`.

Everything is run in turns, several times; the tables show medians. Peers come from PyPI into
environments of their own below `.bench`, which nothing else needs. The exit code is 1 where a
demand is missed. TMPDIR says where the input is written: some 4 GB.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from tests.bench.loading import Bench, Warehouse, jobs
from tests.bench.measuring import Result, show, tell
from tests.bench.reading import bench_reading
from tests.bench.stand_in import StandIn

READING = "reading"
CASES = ("events", "wide", "large", READING)


def main() -> None:
    """Measure and show."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument(
        "--records", type=int, default=300_000, help="of the first file; the others grow with it"
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--case", choices=CASES, nargs="+", default=CASES)
    arguments = parser.parse_args()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="headwater-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # Postgres may run as another account
        with Warehouse(folder) as warehouse, StandIn(folder) as stand_in:
            for case, job in jobs(arguments.records).items():
                if case in arguments.case:
                    results += Bench(warehouse, stand_in, folder, job).run(arguments.rounds)
        if READING in arguments.case:
            results += bench_reading(folder, arguments.rounds)
    tell(f"load of the last minute: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    sys.exit(0 if show(results) else 1)


if __name__ == "__main__":
    main()
