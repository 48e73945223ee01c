"""Running the tap: in this process, or as the command that Meltano starts."""

# ruff: noqa: S603  # the commands are ours
from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tempfile
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_facebook.tap import TapFacebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.simulated import SimulatedFacebook

INDIA, GLOBAL = "504112233445566", "504998877665544"
REPORT = ("adsinsights_default", "adsinsights_default_reads")


def config(facebook: SimulatedFacebook, **settings: object) -> dict[str, Any]:
    return {
        "access_token": facebook.access_token,
        "account_ids": list(facebook.accounts),
        "start_date": facebook.first_day.isoformat(),
        "api_url": facebook.url,
        "max_retry_seconds": 2,
        "max_limit_seconds": 300,
        **settings,
    }


@dataclass
class Output:
    """What a tap wrote; `lines` are whole."""

    lines: list[str]

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [
            message["record"]
            for message in self.messages
            if message["type"] == "RECORD" and message["stream"] == stream
        ]

    def schema(self, stream: str) -> dict[str, Any]:
        found = (m for m in self.messages if m["type"] == "SCHEMA" and m["stream"] == stream)
        return next(found)

    @property
    def states(self) -> list[dict[str, Any]]:
        return [message["value"] for message in self.messages if message["type"] == "STATE"]

    @property
    def state(self) -> dict[str, Any]:
        return self.states[-1]

    def bookmarks(self, stream: str = REPORT[0]) -> dict[str, str]:
        partitions = self.state["bookmarks"].get(stream, {}).get("partitions", [])
        return {p["context"]["account_id"]: p["replication_key_value"] for p in partitions}


def landed(*outputs: Output, stream: str = REPORT[0]) -> list[dict[str, Any]]:
    """A report's rows as staging sees them: upserted, and of each day's latest read only.

    `read_at` is left out, so that runs can be compared.
    """
    keys = outputs[0].schema(stream)["key_properties"]
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    latest: dict[tuple[str, str], str] = {}
    for output in outputs:
        for row in output.records(f"{stream}_reads"):
            day = row["account_id"], row["date_start"]
            latest[day] = max(row["read_at"], latest.get(day, ""))
        for row in output.records(stream):
            rows[tuple(row[name] for name in keys)] = row
    return [
        {name: value for name, value in row.items() if name != "read_at"}
        for _, row in sorted(rows.items())
        if row["read_at"] >= latest.get((row["account_id"], row["date_start"]), "")
    ]


def catalog(settings: Mapping[str, Any], streams: Iterable[str]) -> dict[str, Any]:
    """The discovered catalog with only these streams selected."""
    tap = TapFacebook(config=dict(settings), validate_config=False)
    found: dict[str, Any] = json.loads(tap.catalog_json_text)
    for stream in found["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["stream"] in streams
    return found


def sync(
    settings: Mapping[str, Any],
    state: dict[str, Any] | None = None,
    streams: Iterable[str] | None = REPORT,
) -> Output:
    """Run the tap here, all streams if None; what it writes before an error is in `FAILED`."""
    tap = TapFacebook(
        config=dict(settings),
        state=state,
        catalog=None if streams is None else catalog(settings, streams),
    )
    buffer = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    try:
        with redirect_stdout(buffer):
            tap.sync_all()
    finally:
        buffer.seek(0)
        output = Output(buffer.read().splitlines())
        FAILED[:] = [output]
    return output


FAILED: list[Output] = []  # what the last `sync` wrote, also when it raised


def command(settings: Mapping[str, Any], state: dict[str, Any] | None = None) -> list[str]:
    """The command that syncs all streams."""
    folder = Path(tempfile.mkdtemp())
    arguments = []
    for name, value in {"config": dict(settings), "state": state or {}}.items():
        (folder / name).write_text(json.dumps(value))
        arguments += [f"--{name}", str(folder / name)]
    return [sys.executable, "-m", "tap_facebook", *arguments]


def run(settings: Mapping[str, Any], log_level: str = "INFO") -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        command(settings),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "TAP_FACEBOOK_LOGLEVEL": log_level},
    )


def errors(log: str) -> list[str]:
    return [line for line in log.splitlines() if "| ERROR" in line]
