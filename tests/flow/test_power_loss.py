"""The power fails, and the disk has only a part of what was written last."""

import shutil
from pathlib import Path

import pytest
from django.db import connection

from tests.databases import SQLITE
from tests.flow.stage import Scene
from tranter.ledger import journal
from tranter.ledger.setup import close_connections, integrity, use_database
from tranter.testing.faultmark import fault

WAL_HEADER, FRAME_HEADER = 32, 24
CUTS = 12


def _pragma(name: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return int(cursor.fetchone()[0])


def _ledger() -> Path:
    return Path(str(connection.settings_dict["NAME"]))


@pytest.mark.parametrize("kind", [SQLITE], scope="session")
@fault("STOR-03")
def test_a_commit_is_on_the_disk_before_anybody_else_is_called(scene: Scene) -> None:
    assert _pragma("synchronous") == 2
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone()[0] == "wal"
    assert scene.kinds() == []


@pytest.mark.parametrize("kind", [SQLITE], scope="session")
@fault("STOR-03")
def test_a_ledger_cut_off_at_any_frame_opens_whole_and_doubles_no_order(scene: Scene, tmp_path: Path) -> None:
    """A disk that lied about what it had written: the warehouse knows more than the ledger does."""
    _pragma("wal_checkpoint(TRUNCATE)")
    order = scene.ebay.buy_one("LAMP", 2)
    scene.deliver_now()
    frame = FRAME_HEADER + _pragma("page_size")
    ledger = _ledger()
    before, log = ledger.read_bytes(), Path(f"{ledger}-wal").read_bytes()
    frames = (len(log) - WAL_HEADER) // frame
    assert frames > CUTS
    close_connections()

    for cut in range(0, frames + 1, max(frames // CUTS, 1)):
        torn = tmp_path / f"{cut}.sqlite3"
        torn.write_bytes(before)
        Path(f"{torn}-wal").write_bytes(log[: WAL_HEADER + cut * frame])
        use_database(torn)
        assert journal.broken_at(scene.book) is None
        scene.hub = scene.another_hub(f"after cut {cut}")
        scene.pass_time(minutes=7)
        assert integrity(torn) == []
        assert len(scene.at_warehouse(order)) == 1, f"cut after frame {cut} of {frames}"
        assert scene.status(order) == "at_wms"
    shutil.rmtree(tmp_path, ignore_errors=True)
