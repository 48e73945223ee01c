"""Python programs of others, led to the sandbox; each is a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import certifi
import pytest

from postgres_local import free_port
from sandbox.api_process import ApiProcess
from sandbox.facebook.calls import TOKEN

PACKAGE = Path(__file__).parents[1]
URL = f"https://graph.facebook.com/v26.0/me?access_token={TOKEN}"
# What a bundle of the caller's own looks like: it knows nothing of the sandbox.
BUNDLE = certifi.where()
PROGRAMS = {
    "urllib": f"""
import urllib.request
print(urllib.request.urlopen({URL!r}).status)""",
    "requests": f"""
import requests
print(requests.get({URL!r}).status_code)""",
    # As singer-sdk sends: the session's variables are never asked.
    "requests.Session.send": f"""
import requests
with requests.Session() as session:
    print(session.send(session.prepare_request(requests.Request("GET", {URL!r}))).status_code)""",
    # As facebook-business verifies.
    "requests with a bundle": f"""
import requests
with requests.Session() as session:
    session.verify = {BUNDLE!r}
    print(session.get({URL!r}).status_code)""",
}


def run(program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program whose site-packages have the package."""
    return subprocess.run(  # noqa: S603 (our own program)
        [
            sys.executable,
            "-c",
            f"import site; site.addsitedir({str(PACKAGE / 'site')!r})\n{program}",
        ],
        env={**os.environ, "PYTHONPATH": str(PACKAGE / "src"), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
def test_a_client_meets_the_sandbox(proxied: ApiProcess, program: str) -> None:
    done = run(program, SANDBOX_DETOUR=proxied.proxy_url)
    assert (done.stdout, done.returncode) == ("200\n", 0), done.stderr


def test_no_proxy_and_no_bundle_of_the_shell_leads_past_it(proxied: ApiProcess) -> None:
    elsewhere = f"http://127.0.0.1:{free_port()}"
    done = run(
        PROGRAMS["requests"],
        SANDBOX_DETOUR=proxied.proxy_url,
        https_proxy=elsewhere,
        HTTPS_PROXY=elsewhere,
        no_proxy="*",
        NO_PROXY="*",
        REQUESTS_CA_BUNDLE=BUNDLE,
    )
    assert done.stdout == "200\n", done.stderr


def test_other_hosts_are_out_of_reach(proxied: ApiProcess) -> None:
    done = run(PROGRAMS["urllib"].replace("graph.facebook.com", "example.com"),
               SANDBOX_DETOUR=proxied.proxy_url)  # fmt: skip
    assert done.returncode == 1
    assert "nowhere else: not to example.com:443" in done.stderr


def test_a_sandbox_that_is_down_is_named() -> None:
    proxy = f"http://127.0.0.1:{free_port()}"
    done = run(PROGRAMS["urllib"], SANDBOX_DETOUR=proxy)
    assert done.returncode == 1
    assert f"does not answer at {proxy} (SANDBOX_DETOUR): run `sandbox start`." in done.stderr


@pytest.mark.parametrize("unset", [{}, {"SANDBOX_DETOUR": ""}])
def test_without_the_variable_nothing_is_touched(unset: dict[str, str]) -> None:
    done = run(
        "import os, ssl, sys\n"
        "print('sandbox_detour' in sys.modules, os.environ.get('https_proxy'),"
        " 'load_verify_locations' in vars(ssl.SSLContext))",
        https_proxy="http://company.example:3128",
        **unset,
    )
    assert done.stdout == "False http://company.example:3128 False\n", done.stderr


def test_installed_it_is_there_from_pythons_start(proxied: ApiProcess, tmp_path: Path) -> None:
    python = tmp_path / "bin" / "python"
    uv = Path(sys.executable).with_name("uv")
    for words in (
        ("venv", "--clear", "--python", sys.executable, tmp_path),
        ("pip", "install", "--offline", "--python", python, PACKAGE),
    ):
        subprocess.run([uv, "--quiet", *words], check=True, timeout=60)  # noqa: S603 (our own words)
    done = subprocess.run(  # noqa: S603 (our own program)
        [python, "-c", PROGRAMS["urllib"]],
        env={**os.environ, "SANDBOX_DETOUR": proxied.proxy_url},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout == "200\n", done.stderr
