"""The table of simulated APIs: what the server serves, where, and how each is made."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from starlette.types import ASGIApp

from sandbox.clevertap.app import create_app as create_clevertap
from sandbox.clevertap.view import WorldView
from sandbox.facebook.app import create_app as create_facebook
from sandbox.facebook.view import FacebookView
from sandbox.googleads.app import create_app as create_googleads
from sandbox.googleads.view import GoogleView
from sandbox.settings import Settings


class Api(NamedTuple):
    """One simulated API.

    Args:
        open: Makes the application that serves the world in a file, for the server of a data
            folder (by which `/_sandbox/health` tells whose it is); the world's file is open as
            long as the context lasts.
        port: The setting that says where it listens.
        hosts: The real API's host names (`*.` for every subdomain).
    """

    open: Callable[[Path, Path], AbstractContextManager[ASGIApp]]
    port: Callable[[Settings], int]
    hosts: tuple[str, ...]


@contextmanager
def _clevertap(world: Path, home: Path) -> Iterator[ASGIApp]:
    with closing(WorldView(world)) as view:
        yield create_clevertap(view, home)


@contextmanager
def _facebook(world: Path, home: Path) -> Iterator[ASGIApp]:
    with closing(FacebookView(world)) as view:
        yield create_facebook(view, home)


@contextmanager
def _googleads(world: Path, home: Path) -> Iterator[ASGIApp]:
    with closing(GoogleView(world)) as view:
        yield create_googleads(view, home)


# The setting of an API's port is called after it: `SANDBOX_CLEVERTAP_PORT`.
APIS: Mapping[str, Api] = {
    "clevertap": Api(
        _clevertap,
        lambda settings: settings.clevertap_port,
        ("api.clevertap.com", "*.api.clevertap.com"),
    ),
    "facebook": Api(_facebook, lambda settings: settings.facebook_port, ("graph.facebook.com",)),
    "googleads": Api(
        _googleads,
        lambda settings: settings.googleads_port,
        ("googleads.googleapis.com", "oauth2.googleapis.com"),
    ),
}


def ports(settings: Settings) -> dict[str, int]:
    """The port of each API."""
    return {name: api.port(settings) for name, api in APIS.items()}


def all_ports(settings: Settings) -> dict[str, int]:
    """The port of each API, and of the proxy."""
    return {**ports(settings), "proxy": settings.proxy_port}
