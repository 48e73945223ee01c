"""Bad input ends with exit code 1 and one readable sentence; nothing secret, no state too far."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.conftest import TAPS

if TYPE_CHECKING:
    from _pytest.mark.structures import ParameterSet
    from tests.conftest import Headwater

WORLD = (100, 3)
Case = tuple[dict[str, str], list[str]]


def error_lines(output: str) -> list[str]:
    """What the plugins said at level error, without Meltano's own lines."""
    return [line for line in output.splitlines() if re.search(r"\berror\b", line, re.IGNORECASE)]


def its_tap_tests_it_too(*cases: Case) -> list[ParameterSet]:
    """Cases whose exit and words each tap's own suite shows; here they take seconds each."""
    return [pytest.param(*case, marks=pytest.mark.long) for case in cases]


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"TAP_CLEVERTAP_PASSCODE": "wr0ng-s3cret"}, ["passcode"]),
        *its_tap_tests_it_too(
            ({"TAP_CLEVERTAP_EVENT_NAMES": '["App Launched", "No Such Event"]'},
             ["event_names", "No Such Event"]),
            ({"TAP_CLEVERTAP_ACCOUNT_TIMEZONE": "Asia/Atlantis"}, ["account_timezone", "Atlantis"]),
            ({"TAP_FACEBOOK_API_VERSION": "v22.0"}, ["api_version", "v22.0"]),
            ({"TAP_GOOGLEADS_DEVELOPER_TOKEN": "wr0ng-s3cret"}, ["developer_token"]),
            ({"TAP_GOOGLEADS_LOGIN_CUSTOMER_ID": "3141592653"}, ["login_customer_id"]),
        ),
        ({"TAP_FACEBOOK_ACCESS_TOKEN": "wr0ng-s3cret"}, ["access_token", "504112233445566"]),
        ({"TAP_GOOGLEADS_OAUTH_CREDENTIALS_REFRESH_TOKEN": "wr0ng-s3cret"}, ["refresh_token"]),
        ({"TAP_POSTGRES_PORT": "1"}, ["127.0.0.1", "port"]),
        ({"TARGET_REDSHIFT_PORT": "1"}, ["host", "port"]),
        ({"TARGET_REDSHIFT_PASSWORD": "wr0ng-s3cret"}, ["password"]),
        ({"TARGET_REDSHIFT_ENGINE": "redshift"}, ["redshift"]),
    ],
)  # fmt: skip
def test_a_bad_setting_is_named(
    headwater: Headwater, variables: dict[str, str], words: list[str]
) -> None:
    (variable,) = variables
    tap = next((tap for tap in TAPS if variable.startswith(tap.replace("-", "_").upper())), TAPS[0])
    done = headwater.meltano("run", tap, "target-redshift", **variables)
    assert done.returncode == 1
    assert any(all(word in line for word in words) for line in error_lines(done.stdout)), (
        done.stdout
    )
    assert "Traceback" not in done.stdout
    assert "s3cret" not in done.stdout


def test_a_stopped_postgres_is_named(headwater: Headwater) -> None:
    headwater.succeed("invoke", "sandbox", "stop")
    try:
        done = headwater.meltano("run", "tap-postgres", "target-redshift")
        assert done.returncode == 1
        assert "127.0.0.1" in done.stdout
        assert "Traceback" not in done.stdout
    finally:
        headwater.succeed("invoke", "sandbox", "start")


def test_a_line_that_is_no_json_leaves_state_at_the_last_commit(headwater: Headwater) -> None:
    lines = [
        {"type": "SCHEMA", "stream": "bad_lines", "key_properties": ["id"],
         "schema": {"properties": {"id": {"type": "integer"}}}},
        {"type": "RECORD", "stream": "bad_lines", "record": {"id": 1}},
        {"type": "STATE", "value": {"bookmarks": {"bad_lines": {"position": 1}}}},
    ]  # fmt: skip
    singer = headwater.folder / "lines.singer"
    singer.write_text("".join(json.dumps(line) + "\n" for line in lines) + "{'id': 2}\n")
    done = headwater.meltano(
        "invoke", "target-redshift", "--input", str(singer),
        TARGET_REDSHIFT_DEFAULT_TARGET_SCHEMA="raw_bad_lines",
    )  # fmt: skip
    assert done.returncode == 1
    assert any("line 4" in line.lower() for line in done.stdout.splitlines()), done.stdout
    assert "Traceback" not in done.stdout
    written = '"position": 1' in done.stdout
    committed = headwater.query(
        "select count(*) from information_schema.tables"
        " where table_schema = 'raw_bad_lines' and table_name = 'bad_lines'"
    ) == [(1,)] and headwater.query("select count(*) from raw_bad_lines.bad_lines") == [(1,)]
    assert written == committed, "state says more, or less, than the warehouse holds"
