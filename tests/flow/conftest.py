import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.flow.stage import Scene, Theatre


@pytest.fixture(scope="session")
def theatre() -> Iterator[Theatre]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Theatre(Path(folder))


@pytest.fixture
def scene(theatre: Theatre) -> Scene:
    """Both accounts connected, the catalogue read, the first stock push done."""
    return theatre.scene().connect()
