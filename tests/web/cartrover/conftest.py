import pytest

from tests.web.cartrover.client import Client, client
from tests.web.conftest import scene, theatre, web
from tests.web.house import Web

__all__ = ["scene", "theatre", "web"]


@pytest.fixture
def till(web: Web) -> Client:
    """With the key of an API cart of its own."""
    return client(web)
