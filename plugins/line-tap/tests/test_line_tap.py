"""What the taps share, with a tap that has one stream of two records."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import msgspec
import pytest
import requests
import urllib3

from line_tap.checks import check_days, check_range, check_url, converted, day
from line_tap.clock import local_day, utc_now
from line_tap.connection import CONNECTION, TIME_OUT, kind_of, reason_of
from line_tap.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KOLKATA = ZoneInfo("Asia/Kolkata")
TAP = """
import json, sys, time
from line_tap.errors import ConfigError, TapError
from line_tap.stream import LineStream
from line_tap.tap import LineTap

class Numbers(LineStream):
    name = "numbers"
    schema = {"properties": {"n": {"type": "integer"}}}

    def get_records(self, context):
        print(f"fast: {self.writes_lines}", file=sys.stderr)
        yield {"n": 1}
        if self.config.get("error"):
            raise {"tap": TapError, "other": ValueError}[self.config["error"]]("It broke.")
        print("waiting", file=sys.stderr, flush=True)
        while self.config.get("waits"):
            self._tap.line_writer.write_lines(b" " * 100_000 + b"\\n")

class Tap(LineTap):
    name = "tap-numbers"
    config_jsonschema = {"properties": {"error": {}, "waits": {}, "secret": {}}}

    @classmethod
    def check_config(cls, config):
        if config.get("secret") == "wrong":
            raise ConfigError("The setting secret is wrong.")

    def discover_streams(self):
        return [Numbers(self)]

Tap.main()
"""


def run(tmp_file: Callable[[dict[str, object]], str], **config: object) -> tuple[int, str, str]:
    done = subprocess.run(  # noqa: S603 (our own program)
        [sys.executable, "-c", TAP, "--config", tmp_file(config)],
        check=False,
        capture_output=True,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def tmp_file(tmp_path: Path) -> Callable[[dict[str, object]], str]:
    def write(config: dict[str, object]) -> str:
        path = tmp_path / "config.json"
        path.write_text(json.dumps(config))
        return str(path)

    return write


def test_records_may_go_out_as_lines(tmp_file: Callable[[dict[str, object]], str]) -> None:
    code, output, log = run(tmp_file)
    assert code == 0
    assert [json.loads(line)["type"] for line in output.splitlines()] == [
        "SCHEMA",
        "RECORD",
        "STATE",
    ]
    assert "fast: True" in log


@pytest.mark.parametrize("maps", [{"numbers": {"m": "n"}}, {"numbers": {"__alias__": "x"}}])
def test_a_mapped_stream_takes_the_sdks_way(
    tmp_file: Callable[[dict[str, object]], str], maps: dict[str, object]
) -> None:
    assert "fast: False" in run(tmp_file, stream_maps=maps)[2]


@pytest.mark.parametrize(
    ("config", "sentence"),
    [
        ({"error": "tap"}, "It broke."),
        ({"error": "other"}, "ValueError: It broke."),
        ({"secret": "wrong"}, "The setting secret is wrong."),
    ],
)
def test_an_error_is_one_sentence(
    tmp_file: Callable[[dict[str, object]], str], config: dict[str, object], sentence: str
) -> None:
    code, _, log = run(tmp_file, **config)
    assert code == 1
    assert log.rstrip().endswith(sentence)
    assert "Traceback" not in log


@pytest.mark.parametrize("pause", [0, 0.1])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_between_two_lines(
    tmp_file: Callable[[dict[str, object]], str], number: signal.Signals, pause: float
) -> None:
    with subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-c", TAP, "--config", tmp_file({"waits": True})],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        bufsize=0,  # what Python has read ahead is not there for communicate()
    ) as process:
        assert process.stdout
        begin = b""
        while len(begin) < 300_000:  # it is at work, and more waits in the pipe
            begin += process.stdout.read(65_536)
        time.sleep(pause)
        process.send_signal(number)
        rest, log = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert (begin + rest).endswith(b"\n")
    assert f"Stopped by {number.name}".encode() in log


def test_a_closed_pipe_is_one_sentence(tmp_file: Callable[[dict[str, object]], str]) -> None:
    with subprocess.Popen(  # noqa: S603 (our own program)
        [sys.executable, "-c", TAP, "--config", tmp_file({"waits": True})],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.read(10)
        process.stdout.close()
        log = process.stderr.read().decode()
        process.wait(30)
    assert process.returncode == 1
    assert "The target has closed the pipe" in log
    assert "Traceback" not in log


def test_the_day_is_by_the_apis_clock() -> None:
    assert local_day("Sat, 31 Oct 2026 20:00:00 GMT", KOLKATA) == date(2026, 11, 1)
    assert local_day("Sat, 31 Oct 2026 18:00:00 GMT", KOLKATA) == date(2026, 10, 31)
    for header in (None, "", "yesterday"):
        before = datetime.now(UTC).astimezone(KOLKATA).date()
        found = local_day(header, KOLKATA)
        assert before <= found <= datetime.now(UTC).astimezone(KOLKATA).date()


def test_this_moment_is_in_utc() -> None:
    found = datetime.fromisoformat(utc_now())
    assert found.utcoffset() == UTC.utcoffset(None)
    assert len(utc_now()) == len("2026-11-22T00:00:00.000000+00:00")


class Two(msgspec.Struct):
    days: int = 0
    names: list[str] = []


def test_a_setting_is_converted_or_named() -> None:
    assert converted({"days": "3"}, Two) == Two(3)
    with pytest.raises(ConfigError, match="The setting days has the wrong type"):
        converted({"days": "many"}, Two)
    with pytest.raises(ConfigError, match=r"The setting names\[0\] has the wrong type") as caught:
        converted({"names": [{"secret": "hidden"}]}, Two)
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (lambda: day("end_date", "soon"), "The setting end_date is 'soon'"),
        (lambda: check_days(date(2026, 1, 2), date(2026, 1, 1)), "end_date .* is before start"),
        (lambda: check_range("size", 0, 1), "size is 0; it must be 1 or more"),
        (lambda: check_range("size", 9, 1, 5), "size is 9; it must be from 1 to 5"),
        (lambda: check_url("api_url", "ftp://x", "https://x"), "api_url is not a URL such as"),
        (lambda: check_url("api_url", "https://me@x", "https://x"), "api_url is not a URL"),
    ],
)
def test_a_wrong_setting_is_named(check: Callable[[], object], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        check()


def test_a_right_setting_passes() -> None:
    assert day("start_date", "2026-01-01T00:00:00Z") == date(2026, 1, 1)
    check_days(date(2026, 1, 1), None)
    check_days(date(2026, 1, 1), date(2026, 1, 1))
    check_range("size", 1, 1, 1)
    check_url("api_url", "http://127.0.0.1:8080", "https://x")


def test_a_failed_request_is_called_by_its_cause() -> None:
    pool = urllib3.HTTPSConnectionPool("secret.example", 443)
    cause = urllib3.exceptions.NewConnectionError(pool, "refused")  # type: ignore[arg-type]
    retry = urllib3.exceptions.MaxRetryError(pool, "/?token=secret", cause)
    error = requests.ConnectionError(retry)
    assert kind_of(error) == CONNECTION
    assert reason_of(error).endswith("refused")
    assert "secret" not in reason_of(error)
    assert kind_of(requests.ReadTimeout("late")) == TIME_OUT
