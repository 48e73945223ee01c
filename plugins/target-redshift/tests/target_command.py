"""The command as a process of its own, as Meltano runs it."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from typing import IO, TYPE_CHECKING, Any, ClassVar

from target_running import encode

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from target_running import Message, Warehouse

IS_WAITING_FOR_A_LOCK = (
    "select exists (select from pg_stat_activity where"
    " application_name = 'target-redshift' and wait_event_type = 'Lock')"
)


class Command:
    """A running loader.

    Attributes:
        started: All that a test has started.
    """

    started: ClassVar[list[Command]] = []

    def __init__(self, warehouse: Warehouse, tmp_path: Path, **config: object) -> None:
        path = tmp_path / "config.json"
        path.write_text(json.dumps({**warehouse.config, **config}))
        program = "from target_redshift.target import TargetRedshift; TargetRedshift.cli()"
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", program, "--config", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.pid = self.process.pid
        self.started.append(self)

    @classmethod
    def end_all(cls) -> None:
        """End what a test that failed has left at work: it would hold locks."""
        for each in cls.started:
            if each.process.poll() is None:
                each.process.kill()
                each.end()
        cls.started.clear()

    @property
    def input(self) -> IO[bytes]:
        assert self.process.stdin is not None
        return self.process.stdin

    def send(self, *messages: Message) -> None:
        self.input.write(encode(messages))
        self.input.flush()

    def read_log(self) -> str:
        assert self.process.stderr is not None
        with self.process.stderr as log:
            return log.read().decode()

    def end(self, timeout: float = 30) -> tuple[int, list[Any], str]:
        """Close the input and wait: exit code, states and log."""
        output, log = self.process.communicate(timeout=timeout)
        return (
            self.process.returncode,
            [json.loads(line) for line in output.splitlines()],
            log.decode(),
        )


def run(
    warehouse: Warehouse, tmp_path: Path, *messages: Message, **config: object
) -> tuple[int, list[Any], str]:
    command = Command(warehouse, tmp_path, **config)
    command.send(*messages)
    return command.end()


def errors(log: str) -> list[str]:
    """The log's lines that are no information, and what stands outside of log lines."""
    return [line for line in log.splitlines() if "| INFO " not in line]


def wait_for(warehouse: Warehouse, query: str) -> None:
    deadline = time.monotonic() + 20
    while not warehouse.values(query)[0]:
        assert time.monotonic() < deadline, f"waited in vain for {query}"
        time.sleep(0.05)


def send_until_broken(
    command: Command, messages: Sequence[Message], *, pause: float = 0.002
) -> None:
    with contextlib.suppress(BrokenPipeError):
        for start in range(0, len(messages), 20):
            command.send(*messages[start : start + 20])
            time.sleep(pause)
