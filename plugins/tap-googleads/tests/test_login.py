"""Both logins, and secrets that stay where they are."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from googleads_running import config, errors, run, sync

from line_tap.errors import ConfigError
from tap_googleads.errors import LoginError

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.simulated import SimulatedGoogleAds


def test_a_service_account_by_text_by_file_and_as_object(
    googleads: SimulatedGoogleAds, tmp_path: Path
) -> None:
    key = googleads.service_account()
    file = tmp_path / "key.json"
    file.write_text(json.dumps(key))
    ways: list[dict[str, Any]] = [
        {"service_account": json.dumps(key)},
        {"service_account": key},
        {"service_account_file": str(file)},
    ]
    for way in ways:
        settings = config(googleads, oauth_credentials=None, token_uri=None, **way)
        assert sync(settings, "campaigns").records("campaigns")


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"refresh_token": "SANDBOX-REVOKED-TOKEN"}, r"invalid_grant: .*revoked.*refresh_token"),
        ({"client_secret": "no"}, r"invalid_client: Unauthorized.*client_secret"),
    ],
)
def test_a_login_that_is_refused(
    googleads: SimulatedGoogleAds, changed: dict[str, str], words: str
) -> None:
    settings = config(googleads)
    settings["oauth_credentials"] |= changed
    with pytest.raises(LoginError, match=words):
        sync(settings, "campaigns")


def test_a_developer_token_that_is_refused(googleads: SimulatedGoogleAds) -> None:
    with pytest.raises(LoginError, match="setting developer_token"):
        sync(config(googleads, developer_token="no"), "campaigns")  # noqa: S106  # a wrong one


def test_tokens_expire_and_are_renewed(googleads: SimulatedGoogleAds) -> None:
    googleads.fault("token_expired", times=2, resource="campaign")
    assert sync(config(googleads), "campaigns").records("campaigns")
    googleads.fault("token_expired", times=0, resource="campaign")
    with pytest.raises(LoginError, match="each new access token"):
        sync(config(googleads), "campaigns")


def test_a_netrc_does_not_take_the_tokens_place(
    googleads: SimulatedGoogleAds, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine 127.0.0.1 login someone password else\n")
    monkeypatch.setenv("NETRC", str(file))
    assert sync(config(googleads), "campaigns").records("campaigns")


@pytest.mark.parametrize("kind", ["unavailable", "not_json", "truncated"])
def test_trouble_of_the_token_endpoint_is_waited_out(
    googleads: SimulatedGoogleAds, kind: str
) -> None:
    googleads.fault(kind, times=1, endpoint="token")
    assert sync(config(googleads, max_retry_seconds=20), "campaigns").records("campaigns")


@pytest.mark.parametrize("trouble", ["none", "refused", "broken"])
def test_no_secret_in_the_log_even_at_debug_level(
    googleads: SimulatedGoogleAds, trouble: str
) -> None:
    key = googleads.service_account()
    settings = config(googleads, max_retry_seconds=1)
    secrets = [googleads.client_secret, googleads.developer_token, "ya29."]
    if trouble == "none":
        settings |= {"service_account": json.dumps(key), "oauth_credentials": None}
        secrets += [key["private_key"][60:90], "assertion"]
    if trouble == "refused":
        settings["oauth_credentials"]["refresh_token"] = googleads.revoked_token
        secrets.append(googleads.revoked_token)
    else:
        secrets.append(googleads.refresh_token)
    if trouble == "broken":
        googleads.fault("truncated", times=2, resource="campaign")
        googleads.fault("permission_denied", times=0, customer_id=googleads.customer_ids[0])
    done = run(settings, "campaigns", log_level="DEBUG")
    assert done.returncode == (trouble != "none")
    assert len(errors(done.stderr)) == (trouble != "none")
    assert "DEBUG" in done.stderr
    for secret in secrets:
        assert secret not in done.stderr
        assert secret not in done.stdout


def test_the_key_file_is_checked(googleads: SimulatedGoogleAds, tmp_path: Path) -> None:
    missing = str(tmp_path / "missing.json")
    with pytest.raises(ConfigError, match=r"service_account_file names .*No such file"):
        sync(config(googleads, service_account_file=missing), "campaigns")
    with pytest.raises(ConfigError, match="service_account is not a service account's key file"):
        sync(config(googleads, service_account="{}"), "campaigns")
    broken = {**googleads.service_account(), "private_key": "no"}
    with pytest.raises(ConfigError, match="key file that can be used"):
        sync(config(googleads, service_account=json.dumps(broken)), "campaigns")
