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
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tap_googleads.tap import TapGoogleAds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.simulated import SimulatedGoogleAds

IN, GLOBAL = 3141592653, 2718281828


def config(api: SimulatedGoogleAds, **settings: object) -> dict[str, Any]:
    return {
        "oauth_credentials": {
            "client_id": api.client_id,
            "client_secret": api.client_secret,
            "refresh_token": api.refresh_token,
        },
        "developer_token": api.developer_token,
        "login_customer_id": api.login_customer_id,
        "customer_ids": list(api.customer_ids),
        "start_date": str(api.first_day),
        "api_url": api.url,
        "token_uri": api.token_uri,
        "max_retry_seconds": 5,
        **settings,
    }


@dataclass
class Output:
    """What a tap wrote; `lines` are whole."""

    lines: list[str]

    @cached_property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [
            message["record"]
            for message in self.messages
            if message["type"] == "RECORD" and message["stream"] == stream
        ]

    def schema(self, stream: str) -> dict[str, Any]:
        return next(
            message
            for message in self.messages
            if message["type"] == "SCHEMA" and message["stream"] == stream
        )

    @property
    def state(self) -> dict[str, Any]:
        states = [message["value"] for message in self.messages if message["type"] == "STATE"]
        return dict(states[-1]) if states else {}

    def bookmarks(self, stream: str) -> dict[int, tuple[str, str]]:
        """By customer: the last day done, and when that reading was begun."""
        partitions = self.state.get("bookmarks", {}).get(stream, {}).get("partitions", [])
        return {
            one["context"]["customer__id"]: (one["replication_key_value"], one["begun_on"])
            for one in partitions
            if "begun_on" in one
        }


def catalog(settings: Mapping[str, Any], *streams: str, without: Iterable[str] = ()) -> Any:  # noqa: ANN401  # JSON
    """The discovered catalog with only these streams selected, `without` these properties."""
    found = json.loads(TapGoogleAds(config=dict(settings), validate_config=False).catalog_json_text)
    for stream in found["streams"]:
        for entry in stream["metadata"]:
            if not entry["breadcrumb"]:
                entry["metadata"]["selected"] = stream["stream"] in streams
            elif entry["breadcrumb"][-1] in without:
                entry["metadata"]["selected"] = False
    return found


def sync(
    settings: Mapping[str, Any],
    *streams: str,
    state: dict[str, Any] | None = None,
    without: Iterable[str] = (),
) -> Output:
    """Run the tap here; what it writes before an error is in `FAILED`."""
    chosen = catalog(settings, *streams, without=without) if streams else None
    tap = TapGoogleAds(config=dict(settings), state=state, catalog=chosen)
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
    settings: Mapping[str, Any], *streams: str, state: dict[str, Any] | None = None
) -> list[str]:
    folder = Path(tempfile.mkdtemp())
    names: dict[str, Any] = {"config": dict(settings), "state": state or {}}
    if streams:
        names["catalog"] = catalog(settings, *streams)
    arguments = []
    for name, value in names.items():
        (folder / name).write_text(json.dumps(value))
        arguments += [f"--{name}", str(folder / name)]
    return [sys.executable, "-m", "tap_googleads", *arguments]


def run(
    settings: Mapping[str, Any], *streams: str, log_level: str = "INFO"
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        command(settings, *streams),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        env={**os.environ, "TAP_GOOGLEADS_LOGLEVEL": log_level},
    )


def errors(log: str) -> list[str]:
    return [line for line in log.splitlines() if "| ERROR" in line]
