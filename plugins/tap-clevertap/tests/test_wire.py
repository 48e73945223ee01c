"""What goes over the wire, and what must not leave it."""

# ruff: noqa: S603, S607  # the commands are ours
from __future__ import annotations

import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest
from fake_clevertap import PADDING, FakeClevertap, answer
from tap_running import DAY, PASSCODE, config, errors, event, run, sync

from tap_clevertap.errors import AnswerError

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cursor_reaches_the_server_as_the_api_gave_it(api: FakeClevertap) -> None:
    api.add("Charged", DAY, *(event(n) for n in range(5)))
    output = sync(config(api))
    assert len(output.events) == 5
    targets = [seen.target for seen in api.pages]
    # Lower-case hex, an encoded tilde, %2B: what HTTP libraries like to normalise.
    assert len(targets) == 4
    assert all(target.startswith("/1/events.json?cursor=aB%2B%2F%3D") for target in targets)
    assert all(target.endswith("%2b%7E") for target in targets)


def test_the_cursor_passes_a_proxy_as_it_is(
    api: FakeClevertap, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", api.url)
    monkeypatch.setenv("no_proxy", "")
    api.add("Charged", DAY, event())
    output = sync(config(api, api_url="http://clevertap.invalid"))
    assert len(output.events) == 1
    assert api.pages[0].target.startswith("http://clevertap.invalid/1/events.json?cursor=aB%2B")
    assert api.pages[0].target.endswith("%2b%7E")


def test_requests_are_as_the_api_wants_them(api: FakeClevertap) -> None:
    api.add("Charged", DAY, event())
    sync(config(api))
    post = next(seen for seen in api.seen if seen.method == "POST")
    assert post.target == ("/1/events.json?batch_size=4991&app=true&events=false&profile=true")
    assert post.body == {"event_name": "Charged", "from": DAY, "to": DAY}
    assert post.headers["content-type"] == "application/json"
    assert post.headers["x-clevertap-account-id"] == "ACCOUNT"
    for page in api.pages:
        assert "content-type" not in page.headers
        assert not [name for name in page.headers if "cursor" in name]


def test_no_secret_in_the_log_even_at_debug_level(api: FakeClevertap) -> None:
    api.add("Charged", DAY, *(event(n) for n in range(5)))
    # The API quotes the cursor, the connection breaks in mid-page, and at last it says no.
    last = []
    api.once(lambda s: s.is_page, answer({"status": "fail", "error": "Too many requests"}))
    api.faults.append(
        lambda s: (
            last.append(s)  # type: ignore[func-returns-value]  # append gives None
            or answer({"status": "fail", "error": f"what is {s.target} {PASSCODE}", "code": 9}, 400)
            if s.is_page
            else None
        )
    )
    ended = run(config(api), log_level="DEBUG")
    assert ended.returncode == 1
    assert "Traceback" in ended.stderr
    assert 'GET /1/events.json HTTP/1.1" 400' in ended.stderr  # urllib3's log is on
    for text in (ended.stderr, ended.stdout):
        assert PASSCODE not in text
        assert "aB%2B" not in text
        assert PADDING[:20] not in text


def test_no_redirect_is_followed_with_the_passcode(api: FakeClevertap) -> None:
    reply = answer({}, 302)
    reply.headers["Location"] = f"{api.url}/elsewhere"
    api.once(lambda s: s.method == "POST", reply)
    with pytest.raises(AnswerError, match="HTTP 302"):
        sync(config(api))
    assert not [seen for seen in api.seen if seen.path == "/elsewhere"]


@pytest.fixture
def tls_server(tmp_path: Path) -> str:
    """An HTTPS server with a certificate of its own making, in `tmp_path/cert.pem`."""
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
            "-nodes",
            "-keyout",
            str(key),
            "-out",
            str(cert),
            "-days",
            "2",
            "-subj",
            "/CN=sandbox",
            "-addext",
            "subjectAltName=IP:127.0.0.1",
        ],
        check=True,
        capture_output=True,
    )

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"events":[{"name":"Charged"}]}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # refusals are expected
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"https://127.0.0.1:{server.server_port}"


def test_the_ca_bundle_of_the_environment_is_used(
    api: FakeClevertap, tls_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "cert.pem"))
    output = sync(config(api, api_url=tls_server), streams=["event_schema"])
    assert [row["name"] for row in output.records("event_schema")] == ["Charged"]


def test_an_untrusted_certificate_ends_the_run_at_once(api: FakeClevertap, tls_server: str) -> None:
    ended = run(config(api, api_url=tls_server), streams=["event_schema"])
    assert ended.returncode == 1
    assert len(errors(ended.stderr)) == 1
    assert "REQUESTS_CA_BUNDLE" in errors(ended.stderr)[0]
    assert "Traceback" not in ended.stderr
