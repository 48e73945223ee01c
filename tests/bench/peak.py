"""Run a command; say on the last line of stderr what it took: `peak.py COMMAND...`.

A process of its own, with few imports: a child's ru_maxrss begins with the size of who started it.
"""

import contextlib
import json
import resource
import subprocess
import sys
import threading
import time

import psutil

SAMPLE_SECONDS = 0.05
MEGABYTE = 1 << 20


def resident(process: psutil.Process) -> int:
    """Bytes that a process and its descendants hold at this moment; shared pages count twice."""
    total = 0
    with contextlib.suppress(psutil.NoSuchProcess):
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += one.memory_info().rss
    return total


def main() -> int:
    """Run, wait, tell; the command's exit code."""
    begin = time.perf_counter()
    process = subprocess.Popen(sys.argv[1:])  # noqa: S603
    ended = threading.Event()
    samples = [0]

    def sample() -> None:
        found = psutil.Process(process.pid)
        while not ended.wait(SAMPLE_SECONDS):
            samples.append(resident(found))

    sampler = threading.Thread(target=sample)
    sampler.start()
    code = process.wait()
    seconds = time.perf_counter() - begin
    ended.set()
    sampler.join()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # Linux counts kilobytes, macOS bytes.
    largest = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    peak = max(largest, *samples) / MEGABYTE
    taken = {
        "seconds": seconds,
        "cpu_seconds": usage.ru_utime + usage.ru_stime,
        "megabytes": peak,
    }
    sys.stderr.write(json.dumps(taken) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
