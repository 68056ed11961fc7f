"""A ledger put back to what it was hours ago, while the other systems went on."""

import shutil
from pathlib import Path

import pytest
from django.db import connections as databases

from tests.databases import SQLITE
from tests.flow.stage import Scene
from tranter.engine.reconcile import reconcile_restored
from tranter.ledger import book
from tranter.ledger.setup import close_connections, use_database
from tranter.testing.faultmark import fault


def _copied(to: Path) -> None:
    """The ledger as it is now, whole."""
    now = Path(str(databases["default"].settings_dict["NAME"]))
    close_connections()
    shutil.copy(now, to)


def _put_back(scene: Scene, snapshot: Path) -> None:
    use_database(snapshot)
    book.pause_pushes("restored from a backup")
    scene.hub = scene.another_hub("after the restore")


@pytest.mark.parametrize("kind", [SQLITE], scope="session")
@fault("STOR-08")
def test_a_ledger_that_is_six_hours_behind_sends_nothing_twice(scene: Scene, tmp_path: Path) -> None:
    before = scene.ebay.buy_one("LAMP", 2)
    scene.pass_time(minutes=10)
    undelivered = scene.ebay.buy_one("BOOK")
    _copied(tmp_path / "snapshot.sqlite3")
    scene.poll_rarely()
    scene.pass_time(hours=3)
    after = [scene.ebay.buy_one("KETL") for _ in range(3)]
    scene.pass_time(hours=3)
    for order in (before, after[0]):
        scene.gecko.ship(scene.at_warehouse(order)[0].id)
    scene.pass_time(hours=3)
    posts, shown = scene.posts(), scene.ebay.shown()

    _put_back(scene, tmp_path / "snapshot.sqlite3")
    scene.pass_time(minutes=30)
    assert scene.posts() == posts
    assert scene.ebay.shown() == shown
    assert "needs_sign_in" in scene.kinds()  # the refresh token in the backup was used up long ago
    assert [report.not_asked for report in reconcile_restored(scene.hub).values()] != [()]
    assert book.pushes_paused()

    scene.sign_in_again("warehouse")
    reports = reconcile_restored(scene.hub)
    scene.poll_rarely()
    scene.pass_time(hours=3)
    assert [report.not_asked for report in reports.values()] == [()]
    assert scene.posts() == posts
    assert [len(scene.at_warehouse(order)) for order in (before, undelivered, *after)] == [1] * 5
    assert scene.ebay.duplicate_fulfillments() == []
    assert [scene.status(order) for order in (before, after[0])] == ["confirmed", "skipped"]
    assert scene.kinds() == []

    late = scene.ebay.buy_one("LAMP")
    scene.pass_time(hours=3)
    assert len(scene.at_warehouse(late)) == 1
    assert scene.shown("LAMP") == {scene.gecko.available("LAMP")}
