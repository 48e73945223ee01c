from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.plain_client import Client, GraphClient
from sandbox.simulated import SimulatedClevertap, SimulatedFacebook, serve_copy, serve_facebook


@pytest.fixture
def client(clevertap: SimulatedClevertap) -> Client:
    return Client(clevertap)


@pytest.fixture(scope="session")
def standing_facebook(
    small_world: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SimulatedFacebook]:
    with serve_copy(serve_facebook, small_world, tmp_path_factory.mktemp("facebook")) as served:
        yield served


@pytest.fixture
def facebook(standing_facebook: SimulatedFacebook) -> SimulatedFacebook:
    """One server for all tests that do not advance its world: those take `moving`."""
    standing_facebook.clear_faults()
    standing_facebook.limit()
    standing_facebook.reset_stats()
    return standing_facebook


@pytest.fixture
def moving(small_world: Path, tmp_path: Path) -> Iterator[SimulatedFacebook]:
    with serve_copy(serve_facebook, small_world, tmp_path) as served:
        yield served


@pytest.fixture
def graph(facebook: SimulatedFacebook) -> GraphClient:
    return GraphClient(facebook)
