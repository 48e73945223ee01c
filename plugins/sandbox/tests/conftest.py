import pytest

from sandbox.plain_client import Client
from sandbox.simulated import SimulatedClevertap


@pytest.fixture
def client(clevertap: SimulatedClevertap) -> Client:
    return Client(clevertap)
