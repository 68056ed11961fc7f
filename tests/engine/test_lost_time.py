"""The ledger is older than the world: the power failed, or a backup of this morning was put back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests.flow.stage import Scene, Setting
from tranter.engine import reconcile
from tranter.engine.power import doubt_after_cut
from tranter.engine.reconcile import reconcile_restored
from tranter.ledger import backup, journal
from tranter.ledger.book import pushes_paused
from tranter.ledger.restore import restore
from tranter.ledger.setup import close_connections, integrity, open_ledger, use_database
from tranter.ledger.vault import Vault
from tranter.testing.faultmark import fault

TOLD = {"confirmed", "skipped"}  # the cart shows it shipped; a ledger that never knew of it leaves it alone
HEADER_BYTES, FRAME_HEADER_BYTES = 32, 24


@pytest.fixture
def scene(home: Path, vault: Vault) -> Iterator[Scene]:
    """Both accounts connected, with a ledger in a home of its own."""
    made = Scene(vault, Setting()).connect()
    yield made
    close_connections()
    use_database(home / "elsewhere.sqlite3")


class PowerCut:
    """The files as they lie on the disk at one moment; `left` copies them with a log that ends early."""

    def __init__(self, home: Path) -> None:
        with connection.cursor() as cursor:
            self._frame_bytes = cursor.execute("PRAGMA page_size").fetchone()[0] + FRAME_HEADER_BYTES
        self._files = {path.name: path.read_bytes() for path in home.iterdir() if path.is_file()}

    def left(self, target: Path, share: float, torn: int) -> Path:
        """So much of the log's frames, and some bytes of the next."""
        target.mkdir()
        for name, content in self._files.items():
            if not name.endswith("-shm"):
                (target / name).write_bytes(content)
        log = self._files["tranter.sqlite3-wal"]
        frames = round((len(log) - HEADER_BYTES) // self._frame_bytes * share)
        (target / "tranter.sqlite3-wal").write_bytes(log[: HEADER_BYTES + frames * self._frame_bytes + torn])
        return target


def keep_all_in_the_log() -> None:
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA wal_autocheckpoint=0")


@fault("STOR-03")
def test_after_a_power_cut_at_any_frame_the_ledger_opens_whole(scene: Scene, home: Path, tmp_path: Path) -> None:
    keep_all_in_the_log()
    for sku in ("LAMP", "BOOK", "KETL"):
        scene.ebay.buy_one(sku)
    scene.pass_time(minutes=10)

    power_cut = PowerCut(home)

    for number in range(41):
        place = power_cut.left(tmp_path / str(number), number / 40, torn=number * 100)
        open_ledger(place, place / "keys.json", scene.clock.now())
        assert journal.broken_at(scene.book) is None
        close_connections()
        assert integrity(place / "tranter.sqlite3") == []


@fault("STOR-03")
@pytest.mark.parametrize("share", [0.0, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9, 1.0])
def test_after_a_power_cut_nothing_is_lost_or_doubled(scene: Scene, home: Path, tmp_path: Path, share: float) -> None:
    keep_all_in_the_log()
    orders = [scene.ebay.buy_one(sku) for sku in ("LAMP", "BOOK", "KETL", "ROPE-S")]
    scene.pass_time(minutes=6)
    scene.gecko.ship(scene.at_warehouse(orders[0])[0].id, carrier="UPS", tracking="1Z999")
    scene.pass_time(minutes=6)
    place = PowerCut(home).left(tmp_path / "after", share, torn=77)

    open_ledger(place, place / "keys.json", scene.clock.now())
    (place / "owners").mkdir()
    (place / "owners" / "4711-abc.lock").write_text("the start of the machine before this one")
    scene.hub = scene.another_hub("after the cut")
    doubt_after_cut(scene.hub, place)
    scene.pass_time(hours=2)

    assert [len(scene.at_warehouse(order)) for order in orders] == [1, 1, 1, 1]
    assert scene.gecko.duplicate_orders() == {}
    assert scene.ebay.duplicate_fulfillments() == []
    assert scene.status(orders[0]) in TOLD
    assert [scene.status(order) for order in orders[1:]] == ["at_wms"] * 3
    assert scene.unknown() == 0
    use_database(home / "tranter.sqlite3")


def six_hours_of_trade(scene: Scene) -> list:
    """Bought, delivered, shipped, told and canceled: all of it after the backup."""
    bought = []
    for number in range(12):
        bought.append(scene.ebay.buy_one(("BOOK", "KETL", "SOAP-S", "SOAP-L")[number % 4]))
        scene.pass_time(minutes=30)
    for order in bought[:5]:
        [there] = scene.at_warehouse(order)
        scene.gecko.ship(there.id, carrier="UPS", tracking=f"1Z{order.order_id}")
    scene.ebay.cancel(bought[-1].order_id, by="BUYER")
    scene.pass_time(minutes=20)
    return bought


@fault("STOR-08")
def test_a_backup_of_six_hours_ago_doubles_nothing(scene: Scene, home: Path) -> None:
    before = [scene.ebay.buy_one("LAMP") for _ in range(3)]
    scene.pass_time(minutes=10)
    scene.gecko.ship(scene.at_warehouse(before[0])[0].id, carrier="UPS", tracking="1ZBEFORE")
    source = backup.create(home, home / "keys.json", home / "morning.tar", scene.clock.now())
    since = six_hours_of_trade(scene)
    parcels = {order.order_id: len(scene.ebay.fulfillments(order.order_id)) for order in (*before, *since)}

    close_connections()
    restore(home, home / "keys.json", source, scene.clock.now())
    open_ledger(home, home / "keys.json", scene.clock.now())
    scene.hub = scene.another_hub("restored")
    writes = scene.posts()
    scene.pass_time(hours=1)

    assert pushes_paused()
    assert scene.posts() == writes
    assert all(len(scene.ebay.fulfillments(key)) == count for key, count in parcels.items())

    scene.sign_in_again("warehouse")  # the refresh token of the morning has been used up since
    reports = reconcile_restored(scene.hub)
    scene.pass_time(hours=2)

    assert not pushes_paused(), reports
    assert reports["default"].not_asked == ()
    living = [order for order in (*before, *since) if order is not since[-1]]
    assert [len(scene.at_warehouse(order)) for order in living] == [1] * len(living)
    assert scene.gecko.duplicate_orders() == {}
    assert scene.ebay.duplicate_fulfillments() == []
    assert {scene.status(order) for order in since[:5]} <= TOLD
    assert scene.unknown() == 0
    assert reconcile.reconcile(scene.hub, scene.book, 30).differences == ()


@fault("STOR-08")
def test_while_a_system_can_t_be_asked_a_restored_ledger_stays_paused(scene: Scene, home: Path) -> None:
    scene.ebay.buy_one("LAMP")
    source = backup.create(home, home / "keys.json", home / "morning.tar", scene.clock.now())
    scene.pass_time(minutes=10)
    close_connections()
    restore(home, home / "keys.json", source, scene.clock.now())
    open_ledger(home, home / "keys.json", scene.clock.now())
    scene.hub = scene.another_hub("restored")

    scene.bent.down.add("sim.tradegecko")
    reports = reconcile_restored(scene.hub)

    assert reports["default"].not_asked
    assert pushes_paused()
