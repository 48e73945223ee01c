"""Whether a process is ours, and how it is ended."""

import signal
import time
from pathlib import Path

import psutil

from postgres_local.errors import ServerError


def is_ours(pid: int, marks: tuple[str, ...]) -> bool:
    """Tell whether a live process has every one of these words on its command line.

    A pid file outlives its process, and the system gives the number to another one.
    """
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        words = process.cmdline()
    except psutil.Error:
        return False
    return all(mark in words for mark in marks)


def end(pid: int, marks: tuple[str, ...], *, with_signal: signal.Signals, patience: float) -> None:
    """End our process and wait until it is gone.

    Args:
        pid: The process.
        marks: Words of its command line, by which it is recognised.
        with_signal: What it takes as a request to finish.
        patience: Seconds to wait before it is killed.
    """
    for number, seconds in ((with_signal, patience), (signal.SIGKILL, 5.0)):
        if not is_ours(pid, marks):
            return
        try:
            process = psutil.Process(pid)
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if _is_gone(process):
                return
            time.sleep(0.02)
    raise ServerError(f"Process {pid} ({' '.join(marks)}) does not end, not even by SIGKILL.")


def _is_gone(process: psutil.Process) -> bool:
    """Tell whether it has let go of all it had.

    Its command line goes before its ports do, which its last thread lets go of.
    """
    try:
        if not process.is_running():
            return True
        return bool(process.status() == psutil.STATUS_ZOMBIE and process.num_threads() <= 1)
    except psutil.NoSuchProcess:
        return True


def is_alive(pid: int) -> bool:
    """Tell whether any process has this number."""
    return psutil.pid_exists(pid)


def kill_leftovers(programs: tuple[str, ...], words: frozenset[str]) -> None:
    """Kill what an interrupted command of ours has left at work.

    Args:
        programs: Only programs of these names.
        words: Only those with one of these, whole, on their command line.
    """
    for process in psutil.process_iter(["cmdline"]):
        line = process.info["cmdline"] or [""]
        if Path(line[0]).name not in programs or words.isdisjoint(line):
            continue
        try:
            process.kill()
            process.wait(5)
        except psutil.NoSuchProcess:
            continue
