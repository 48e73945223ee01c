import pytest

from sandbox.plain_client import Client, GraphClient
from sandbox.simulated import SimulatedClevertap, SimulatedFacebook


@pytest.fixture
def client(clevertap: SimulatedClevertap) -> Client:
    return Client(clevertap)


@pytest.fixture
def graph(facebook: SimulatedFacebook) -> GraphClient:
    return GraphClient(facebook)
