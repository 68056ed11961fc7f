import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.world import CrashWorld
from tranter.demo.world import Scenario


@pytest.fixture(scope="module")
def crash_world() -> Iterator[CrashWorld]:
    """One world for all the kills of a module: what one leaves behind, the next one finds."""
    memory = Path("/dev/shm")
    scenario = Scenario(orders=0, seed=3, pack_seconds=(5400, 7200), ship_seconds=(300, 900), stock_changes=0)
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        world = CrashWorld(Path(folder), scenario)
        yield world
        world.close()
