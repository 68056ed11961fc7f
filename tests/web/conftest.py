from collections.abc import Iterator

import pytest

from tests.flow.conftest import scene, theatre
from tests.flow.stage import Scene
from tests.web.house import BASE_URL, Web, served

__all__ = ["scene", "theatre"]


@pytest.fixture
def web(scene: Scene) -> Iterator[Web]:
    """On this machine only, without a public address."""
    with served(scene) as made:
        yield made


@pytest.fixture
def public(scene: Scene) -> Iterator[Web]:
    """Reached under a name, over https."""
    with served(scene, base_url=BASE_URL) as made:
        yield made
