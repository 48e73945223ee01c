"""The arithmetic of docs/scale.md; `python -m tests.test_scale_page` prints the page's tables.

What is not measured is assumed: the page says by which query a cluster of one's own tells it.
"""

from __future__ import annotations

import math
from typing import NamedTuple

DAYS, HOURS = 30, 730  # of a month

# Measured: events of the sandbox (10,000 users, 60 days) on redshift-local, two busy cores.
EVENTS = 206_279
LINE, STAGED, PARQUET = 234_413_064 / EVENTS, 20_148_451 / EVENTS, 18_920_647 / EVENTS
TAP, LOADER, ARCHIVING = EVENTS / 9.10, EVENTS / 9.46, EVENTS / 12.13
MEASURED: dict[str, float | str] = {
    "bytes of an event as a Singer line": LINE,
    "as CSV.zst on S3": STAGED,
    "as Parquet in the archive": PARQUET,
    "events in a second of the tap's CPU": TAP,
    "of the loader's CPU": LOADER,
    "of the loader's CPU with `archive_url`": ARCHIVING,
}

# The design's own.
READ_DAYS = 4  # the look-back's three and yesterday; today has hardly begun
AT_A_TIME, PAGE, FLUSH_SECONDS = 3, 4991, 300
LEAST_FILE, MOST_FILE, MOST_OPEN = 1 << 20, 16 << 20, 64 << 20
UNSEEN = 128 << 10  # bytes of a file that are in its compressor when it is looked at

# Assumed.
PAGE_SECONDS = 1.0  # of CleverTap's answer
HISTORY = 12  # months that are kept
KEY_BYTES = 16  # of event_key in its column: a hash of 128 bits cannot be less
TABLE_BYTES = 350  # of an event in raw, staging and intermediate together
PASS_BYTES, PASS_FACTOR = 500, 3  # of an event in all daily passes of dbt; time over the scan's
REBUILT = 3  # times that a full refresh writes, sorts and reads what it makes
COPY, SCAN = 50_000, 200e6  # rows, and bytes, a second and slice
COMMIT, LEAST_CHARGE = 10, 60  # seconds: of a flush besides COPY and delete; of serverless

# US dollars; source and date are in the page.
NODES = {"ra3.xlplus": (2, 1.086), "ra3.4xlarge": (4, 3.26), "ra3.16xlarge": (16, 13.04)}
RPU, MANAGED, S3, PUT, GET = 0.375, 0.024, 0.023, 0.005e-3, 0.0004e-3


class Scale(NamedTuple):
    """Events a month, and what they are loaded into."""

    monthly: int
    node: str
    nodes: int
    rpus: int
    batch: int


SCALES = [
    Scale(10**7, "ra3.xlplus", 2, 8, 1_000_000),
    Scale(10**8, "ra3.xlplus", 2, 8, 1_000_000),
    Scale(10**9, "ra3.4xlarge", 4, 24, 5_000_000),
    Scale(10**10, "ra3.16xlarge", 4, 96, 5_000_000),
]


def work_out(scale: Scale) -> dict[str, dict[str, float | str]]:
    """The figures of a scale, by table."""
    per_node, node_hour = NODES[scale.node]
    slices = scale.nodes * per_node
    rows = scale.monthly / DAYS * READ_DAYS
    history = scale.monthly * HISTORY
    source = AT_A_TIME * PAGE / PAGE_SECONDS
    flush = min(scale.batch, FLUSH_SECONDS * min(source, LOADER), rows)
    flushes = math.ceil(rows / flush)
    most = min(MOST_FILE, max(LEAST_FILE, MOST_OPEN // slices)) + UNSEEN
    rounds, rest = divmod(flush * STAGED, most * slices)
    files = int(rounds) * slices + min(slices, math.ceil(rest / (LEAST_FILE + UNSEEN)))
    copy = flush / COPY / slices
    delete = history * KEY_BYTES / SCAN / slices
    commit = copy + delete + COMMIT
    commits = flushes * commit / 3600
    run = rows / min(source, TAP, LOADER) / 3600 + commits
    pace = SCAN * slices / PASS_FACTOR * 3600  # bytes an hour
    dbt = history * PASS_BYTES / pace
    busy = (flushes * max(LEAST_CHARGE, commit) / 3600 + dbt) * DAYS * scale.rpus
    puts, archive = flushes * (files + 1) * DAYS, rows * DAYS * HISTORY * PARQUET / 1e9
    return {
        "volume": {
            "events a day": scale.monthly / DAYS,
            "events a second": scale.monthly / DAYS / 86_400,
            "rows through the pipe a day": rows,
            "GB of Singer lines a day": rows * LINE / 1e9,
            "GB staged a day": rows * STAGED / 1e9,
            "GB of Parquet kept": archive,
            "GB in Redshift": history * TABLE_BYTES / 1e9,
        },
        "day": {
            "hours of CleverTap's answers": rows / source / 3600,
            "slowest page that fits a day, s": 86_400 * AT_A_TIME * PAGE / rows,
            "CPU hours of the tap": rows / TAP / 3600,
            "CPU hours of the loader": rows / LOADER / 3600,
            "the same with `archive_url`": rows / ARCHIVING / 3600,
            "hours in commits": commits,
            "hours of tap and loader": run,
            "hours to backfill a month": run * DAYS / READ_DAYS,
            "hours of dbt": dbt,
            "hours of dbt, full refresh": history * (PASS_BYTES + REBUILT * TABLE_BYTES) / pace,
        },
        "flush": {
            "slices": slices,
            "`batch_size_rows`": scale.batch,
            "rows a flush": flush,
            "flushes": flushes,
            "files a flush": files,
            "MB a file": flush * STAGED / files / 1e6,
            "COPY a flush, s": copy,
            "delete by key a flush, s": delete,
            "hours in commits a day": commits,
        },
        "cost": {
            "staging: PUTs": puts,
            "staging: $": puts * (PUT + 2 * GET),
            "archive: $": archive * S3,
            "managed storage: $": history * TABLE_BYTES / 1e9 * MANAGED,
            "provisioned": f"{scale.nodes} {scale.node}",
            "provisioned, all hours: $": scale.nodes * node_hour * HOURS,
            "serverless: RPUs": scale.rpus,
            "serverless: RPU hours of loads and dbt": busy,
            "serverless, loads and dbt: $": busy * RPU,
        },
    }
