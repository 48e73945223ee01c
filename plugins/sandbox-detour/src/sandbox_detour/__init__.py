"""Leads a Python program to the sandbox instead of the internet, where SANDBOX_DETOUR says so.

SANDBOX_DETOUR is the URL of the sandbox's proxy. Where it is unset, importing this does nothing.
Else every HTTPS client of the process that heeds the usual variables goes by that proxy, and
every TLS context that verifies by a bundle or by the system's store trusts the sandbox's
authority as well. Connectors bring bundles of their own and heed no variable for them, and
Meltano takes PYTHONPATH away: that is why this is a package, imported at Python's start.
"""

import os
import ssl
from collections.abc import Callable
from contextlib import closing
from functools import cache, wraps
from http.client import HTTPConnection, HTTPException
from typing import Concatenate, ParamSpec
from urllib.parse import urlsplit

VARIABLE = "SANDBOX_DETOUR"
CERTIFICATE = "ca.pem"
_PATIENCE = 10.0
Given = ParamSpec("Given")


class NoSandboxError(OSError):
    """The sandbox's proxy does not answer."""


def take(proxy: str) -> None:
    """Go by this proxy from now on, and trust the authority that it shows.

    Args:
        proxy: The proxy's URL.
    """
    for name in ("http_proxy", "https_proxy"):
        # Clients prefer the one or the other form; a proxy of the company's must not win.
        os.environ[name] = os.environ[name.upper()] = proxy
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = "127.0.0.1,localhost"
    _trust_also(proxy)


def _trust_also(proxy: str) -> None:
    """Add the sandbox's authority to whatever a TLS context is told to trust."""
    load_bundle = ssl.SSLContext.load_verify_locations

    def add(context: ssl.SSLContext) -> None:
        load_bundle(context, cadata=_authority(proxy))

    for name in ("load_verify_locations", "load_default_certs"):
        setattr(ssl.SSLContext, name, _followed(getattr(ssl.SSLContext, name), add))


def _followed(
    load: Callable[Concatenate[ssl.SSLContext, Given], None],
    then: Callable[[ssl.SSLContext], None],
) -> Callable[Concatenate[ssl.SSLContext, Given], None]:
    """The method, and something more after it."""

    @wraps(load)
    def both(context: ssl.SSLContext, /, *arguments: Given.args, **named: Given.kwargs) -> None:
        load(context, *arguments, **named)
        then(context)

    return both


@cache
def _authority(proxy: str) -> str:
    """The certificate of the sandbox's authority, asked for when it is needed first."""
    # Not by urllib: from Python 3.12 on its openers make a TLS context, which would ask again.
    address = urlsplit(proxy)
    try:
        connection = HTTPConnection(address.hostname or "", address.port, timeout=_PATIENCE)
        with closing(connection):
            connection.request("GET", f"/{CERTIFICATE}")
            return connection.getresponse().read().decode("ascii")
    except (OSError, HTTPException, ValueError) as error:
        raise NoSandboxError(
            f"The sandbox's proxy does not answer at {proxy} ({VARIABLE}): run `sandbox start`."
        ) from error


if os.environ.get(VARIABLE):
    take(os.environ[VARIABLE])
