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
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_clevertap.tap import TapClevertap

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fake_clevertap import FakeClevertap

PASSCODE = "PASS-SECRET"
DAY = 20261031


def config(api: FakeClevertap, **settings: object) -> dict[str, Any]:
    return {
        "account_id": "ACCOUNT",
        "passcode": PASSCODE,
        "account_timezone": "Asia/Kolkata",
        "start_date": "2026-10-31",
        "api_url": api.url,
        "event_names": ["Charged"],
        "max_retry_seconds": 2,
        **settings,
    }


def event(n: int = 0, day: int = DAY, **fields: object) -> dict[str, Any]:
    """A record as CleverTap gives it; different for different `n`."""
    return {
        "profile": {"objectId": f"device-{n}", "platform": "Android"},
        "session_props": {"utm_source": "google"},
        "ts": day * 1_000_000 + 101_500 + n % 60,
        "event_props": {"Order Id": n, "Amount": 12.5},
        **fields,
    }


EVERY_STREAM = {  # and the properties that make its key
    "events": ["event_key"],
    "events_reads": ["event_name", "event_date", "read_at"],
    "event_trends": ["event_name", "event_date"],
    "profiles": ["profile_key"],
    "profiles_reads": ["event_name", "from_date", "to_date", "read_at"],
    "profile_devices": ["device_key"],
    "message_reports": ["message_report_key"],
    "message_reports_reads": ["report_date", "read_at"],
    "campaigns": ["campaign_id"],
    "campaign_reports": ["campaign_id"],
    "event_schema": ["name"],
    "user_properties": ["name"],
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

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.records("events")

    @property
    def states(self) -> list[dict[str, Any]]:
        return [message["value"] for message in self.messages if message["type"] == "STATE"]

    @property
    def state(self) -> dict[str, Any]:
        return self.states[-1]

    def bookmarks(self, stream: str = "events") -> dict[str, str]:
        if not self.states:
            return {}
        partitions = self.state["bookmarks"].get(stream, {}).get("partitions", [])
        return {p["context"]["event_name"]: p["replication_key_value"] for p in partitions}

    def bookmark(self, stream: str) -> str | None:
        """The bookmark of a stream without partitions."""
        found = self.state["bookmarks"].get(stream, {}).get("replication_key_value")
        return None if found is None else str(found)


def catalog(*streams: str, without: Iterable[str] = ()) -> dict[str, Any]:
    """The discovered catalog with only these streams selected, `without` these properties."""
    found = json.loads(_discovered())
    for stream in found["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["stream"] in streams
            elif entry["breadcrumb"][-1] in without:
                entry["metadata"]["selected"] = False
    return dict(found)


@cache
def _discovered() -> str:
    return TapClevertap(validate_config=False).catalog_json_text


def sync(
    settings: Mapping[str, Any],
    state: dict[str, Any] | None = None,
    streams: Iterable[str] = ("events", "events_reads"),
    without: Iterable[str] = (),
) -> Output:
    """Run the tap here; what it writes before an error is in `FAILED`."""
    tap = TapClevertap(
        config=dict(settings), state=state, catalog=catalog(*streams, without=without)
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


def command(
    settings: Mapping[str, Any],
    streams: Iterable[str] = ("events", "events_reads"),
    state: dict[str, Any] | None = None,
) -> list[str]:
    folder = Path(tempfile.mkdtemp())
    names = {"config": dict(settings), "catalog": catalog(*streams), "state": state or {}}
    arguments = []
    for name, value in names.items():
        (folder / name).write_text(json.dumps(value))
        arguments += [f"--{name}", str(folder / name)]
    return [sys.executable, "-m", "tap_clevertap", *arguments]


def run(
    settings: Mapping[str, Any],
    log_level: str = "INFO",
    streams: Iterable[str] = ("events", "events_reads"),
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        command(settings, streams=streams),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "TAP_CLEVERTAP_LOGLEVEL": log_level},
    )


def errors(log: str) -> list[str]:
    return [line for line in log.splitlines() if "| ERROR" in line]
