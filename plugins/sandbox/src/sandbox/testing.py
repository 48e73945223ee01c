"""Pytest fixtures for every package of the project.

Use them by `-p sandbox.testing` among pytest's `addopts`. Types to name in tests
are in `sandbox.simulated` and `postgres_local`: pytest wants to import this module itself.
"""

import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from postgres_local import PostgresServer, free_port
from sandbox.api_process import ApiProcess
from sandbox.settings import Settings
from sandbox.simulated import (
    SimulatedClevertap,
    SimulatedFacebook,
    SimulatedGoogleAds,
    serve_clevertap,
    serve_copy,
    serve_facebook,
    serve_googleads,
)
from sandbox.world.simulation import Plan
from sandbox.world.store import create_world

SMALL = Plan(seed=7, users=300, days=12)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A started Postgres in a temporary folder on a free port; gone after the session."""
    with tempfile.TemporaryDirectory(prefix="headwater-") as folder:
        # Open to the account that Postgres runs as under root: that saves a copy of its binaries.
        Path(folder).chmod(0o755)
        server = PostgresServer(Path(folder) / "postgres", free_port())
        try:
            server.start()
            yield server
        finally:
            server.remove()


@pytest.fixture
def database_url(postgres_server: PostgresServer) -> Iterator[str]:
    """URL of a fresh, empty database; dropped after the test."""
    name = f"test_{secrets.token_hex(6)}"
    postgres_server.create_database(name)
    yield postgres_server.url(name)
    postgres_server.drop_database(name)


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """File of a world of 300 users and 12 days; tests copy it before they change it."""
    path = tmp_path_factory.mktemp("world") / "world.db"
    create_world(path, SMALL, lambda _: None)
    return path


@pytest.fixture(scope="session")
def proxied(small_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ApiProcess]:
    """A copy of the small world behind all APIs and the proxy, in a process of its own."""
    home = tmp_path_factory.mktemp("proxied")
    settings = Settings(
        home=home,
        clevertap_port=free_port(),
        facebook_port=free_port(),
        googleads_port=free_port(),
        proxy_port=free_port(),
    )
    shutil.copy(small_world, settings.world)
    apis = ApiProcess(settings)
    try:
        apis.start()
        yield apis
    finally:
        apis.stop()


@pytest.fixture
def clevertap(small_world: Path, tmp_path: Path) -> Iterator[SimulatedClevertap]:
    """A copy of the small world, served over HTTP; the test may advance and break it."""
    with serve_copy(serve_clevertap, small_world, tmp_path) as served:
        yield served


@pytest.fixture
def facebook(small_world: Path, tmp_path: Path) -> Iterator[SimulatedFacebook]:
    """A copy of the small world behind the Marketing API; the test may advance and break it."""
    with serve_copy(serve_facebook, small_world, tmp_path) as served:
        yield served


@pytest.fixture
def googleads(small_world: Path, tmp_path: Path) -> Iterator[SimulatedGoogleAds]:
    """A copy of the small world behind the Google Ads API; the test may advance and break it."""
    with serve_copy(serve_googleads, small_world, tmp_path) as served:
        yield served
