"""The real host names over TLS, as any published client meets them."""

import http.client
import socket
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from urllib.parse import urlsplit

import pytest
import requests

from sandbox.api_process import ApiProcess
from sandbox.clevertap.endpoints import ACCOUNT_ID, PASSCODE
from sandbox.facebook.calls import TOKEN
from sandbox.googleads.access import DEVELOPER_TOKEN
from sandbox.googleads.customers import MANAGER_ID
from sandbox.googleads.oauth import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN

GRAPH = "https://graph.facebook.com/v26.0"


@pytest.fixture
def client(proxied: ApiProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[requests.Session]:
    """A client that heeds the usual two variables."""
    monkeypatch.setenv("HTTPS_PROXY", proxied.proxy_url)
    monkeypatch.setenv("HTTP_PROXY", proxied.proxy_url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(proxied.certificate))
    with requests.Session() as session:
        yield session


def connect(proxied: ApiProcess) -> socket.socket:
    address = urlsplit(proxied.proxy_url)
    return socket.create_connection((str(address.hostname), address.port or 0), timeout=10)


def test_facebook_answers_under_its_name_and_links_to_it(client: requests.Session) -> None:
    answer = client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN, "limit": "1"})
    assert answer.status_code == 200
    link = answer.json()["paging"]["next"]
    assert link.startswith(f"{GRAPH}/")
    (first,), (second,) = answer.json()["data"], client.get(link).json()["data"]
    assert first["id"] != second["id"]


def test_google_answers_under_its_names(client: requests.Session) -> None:
    grant = {
        "grant_type": "refresh_token",
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "refresh_token": REFRESH_TOKEN,
    }
    token = client.post("https://oauth2.googleapis.com/token", data=grant).json()["access_token"]
    answer = client.get(
        "https://googleads.googleapis.com/v26/customers:listAccessibleCustomers",
        headers={"Authorization": f"Bearer {token}", "developer-token": DEVELOPER_TOKEN},
    )
    assert answer.json() == {"resourceNames": [f"customers/{MANAGER_ID}"]}


@pytest.mark.parametrize(
    "host", ["api.clevertap.com", "eu1.api.clevertap.com", "IN1.api.clevertap.com"]
)
def test_clevertap_answers_under_its_names(client: requests.Session, host: str) -> None:
    headers = {"X-CleverTap-Account-Id": ACCOUNT_ID, "X-CleverTap-Passcode": PASSCODE}
    assert client.get(f"https://{host}/getSchema?type=events", headers=headers).status_code == 200
    assert client.get(f"https://{host}/getSchema?type=events").status_code == 401


def test_who_does_not_trust_the_authority_gets_nothing(
    client: requests.Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(requests.exceptions.SSLError, match="certificate verify failed"):
        client.get(f"{GRAPH}/me/adaccounts")


@pytest.mark.parametrize(
    "target", ["example.com:443", "graph.facebook.com:80", "evilgraph.facebook.com:443",
               "graph.facebook.com.example.com:443", "127.0.0.1:22", "graph.facebook.com"]
)  # fmt: skip
def test_other_hosts_are_refused_by_a_sentence(proxied: ApiProcess, target: str) -> None:
    with closing(connect(proxied)) as connection:
        connection.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        answer = http.client.HTTPResponse(connection)
        answer.begin()
        assert answer.status == 403
        text = answer.read().decode()
    assert text == answer.reason
    assert "graph.facebook.com, googleads.googleapis.com" in text
    assert text.endswith(f"and nowhere else: not to {target}.")


def test_a_client_shows_why_it_was_refused(client: requests.Session) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match="nowhere else: not to example"):
        client.get("https://example.com/")
    answer = client.get("http://graph.facebook.com/v26.0/me/adaccounts?access_token=S3CRET")
    assert answer.status_code == 403
    assert answer.text.endswith("nowhere else: not to http://graph.facebook.com.")


def test_the_authoritys_key_stays_in_the_folder(proxied: ApiProcess) -> None:
    home = proxied.certificate.parent
    assert stat.S_IMODE((home / "ca.key").stat().st_mode) == 0o600
    assert "PRIVATE" not in proxied.certificate.read_text()
    shown = requests.get(f"{proxied.proxy_url}/ca.pem", timeout=10)
    assert (shown.status_code, shown.text) == (200, proxied.certificate.read_text())
    assert requests.get(f"{proxied.proxy_url}/ca.key", timeout=10).status_code == 403


def test_many_and_large_come_through(client: requests.Session, proxied: ApiProcess) -> None:
    account = client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN}).json()["data"][0]
    asked = {
        "level": "ad", "fields": "ad_id,impressions,spend,actions", "breakdowns": "age,gender",
        "time_increment": "1", "limit": "5000", "access_token": TOKEN,
        "time_range": '{"since":"2026-08-03","until":"2026-08-14"}',
    }  # fmt: skip
    path = f"v26.0/{account['id']}/insights"
    plain = requests.get(f"{proxied.urls['facebook']}/{path}", params=asked, timeout=60)
    assert len(plain.content) > 200_000
    with ThreadPoolExecutor(8) as pool:
        url = f"https://graph.facebook.com/{path}"
        for answer in pool.map(lambda _: requests.get(url, params=asked, timeout=60), range(16)):
            assert answer.json()["data"] == plain.json()["data"]
    long = client.post(f"{GRAPH}/", data={"access_token": TOKEN, "batch": "x" * 3_000_000})
    assert long.json()["error"]["code"] == 100


def test_a_broken_answer_breaks_here_too(client: requests.Session, proxied: ApiProcess) -> None:
    faults = f"{proxied.urls['facebook']}/_sandbox/faults"
    requests.post(faults, json={"kind": "truncated"}, timeout=10).raise_for_status()
    with pytest.raises(requests.exceptions.RequestException):
        client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN})
    assert client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN}).ok


def test_clients_that_are_none_do_no_harm(client: requests.Session, proxied: ApiProcess) -> None:
    tunnel = b"CONNECT graph.facebook.com:443 HTTP/1.1\r\n\r\n"
    for spoken in (b"", b"\x16\x03\x01", b"nonsense\r\n\r\n", b"\xff \xff \xff\r\n\r\n",
                   b"x" * 200_000, tunnel, tunnel + b"no TLS at all\r\n\r\n"):  # fmt: skip
        with closing(connect(proxied)) as connection:
            connection.sendall(spoken)
    assert client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN}).ok


def test_the_authority_outlives_a_restart(client: requests.Session, proxied: ApiProcess) -> None:
    before = proxied.certificate.read_bytes()
    assert client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN}).ok
    proxied.stop()
    with pytest.raises(ConnectionRefusedError), connect(proxied):
        pass
    assert not proxied.is_healthy()
    proxied.certificate.unlink()
    proxied.start()
    assert proxied.certificate.read_bytes() == before
    assert client.get(f"{GRAPH}/me/adaccounts", params={"access_token": TOKEN}).ok
