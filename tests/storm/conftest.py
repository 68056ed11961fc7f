import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.storm.stage import Stage


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Stage(Path(folder))
