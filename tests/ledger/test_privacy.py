"""Erased means: no sealed value of the ledger opens to the buyer's name any more, and no poll brings it back."""

import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from tests.flow.stage import START, Scene
from tranter.connectors.ebay.simulator import Program, Purchase, Want
from tranter.ledger import journal, privacy, raw_records
from tranter.ledger.decisions import fulfillment_place
from tranter.ledger.models import FulfillmentRow, OrderRow, RawRecord
from tranter.ledger.order_columns import order_place
from tranter.ledger.privacy import ClockInDoubt
from tranter.ledger.raw_records import raw_place
from tranter.testing.builders import order as built
from tranter.testing.builders import order_line
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault

from .rows import connection, order

ROOT = Path(__file__).resolve().parents[2]
LONG_AFTER = timedelta(days=31)


def everything(scene: Scene) -> Iterator[bytes]:
    """All that the ledger can still read, and all that it holds in the clear."""
    vault = scene.vault
    for row in OrderRow.objects.all():
        yield vault.open(row.sealed, order_place(row.merchant_id, row.account, row.remote_id))
    for row in FulfillmentRow.objects.all():
        yield vault.open(row.sealed, fulfillment_place(row.order_id, row.number))
    for row in RawRecord.objects.all():
        yield vault.open(row.sealed, raw_place(row.connection_id, row.kind, row.key))
    yield in_the_clear()


def in_the_clear() -> bytes:
    """Every row of every table, as it lies there."""
    from django.db import connection

    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [repr(row) for row in cursor.fetchall()]
    return "\n".join(found).encode()


def traces(order) -> list[bytes]:
    buyer = order.buyer
    found = (buyer.username, buyer.name, order.ship_to.line1, buyer.email, buyer.phone, order.note)
    return [trace.encode() for trace in found if trace]


def is_known(scene: Scene, order) -> bool:
    return any(trace in text for text in everything(scene) for trace in traces(order))


def deliver(scene: Scene, order) -> None:
    scene.pass_time(minutes=15)
    [delivered] = scene.at_warehouse(order)
    scene.gecko.ship(delivered.id, carrier="UPS", tracking=f"1Z{order.order_id}")
    scene.pass_time(minutes=15)
    assert scene.status(order) == "confirmed"


def erase(scene: Scene, order) -> int:
    return privacy.erase_buyer(scene.book, "ebay", [order.buyer.username], scene.clock.now())


def told(scene: Scene, what: str) -> list[dict[str, object]]:
    return [dict(line.detail) for line in journal.lines(scene.book) if line.what == what]


def test_before_it_is_erased_the_buyer_is_known(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)

    assert is_known(scene, order)


def test_no_buyer_is_named_in_the_clear(scene: Scene) -> None:
    order = scene.ebay.buy(Purchase((Want("LAMP", 1),), note="leave it with the baker"))
    deliver(scene, order)
    unknown = scene.ebay.buy(Purchase((Want("BOOK", 1),), note="for the window", program=Program.NONE))
    scene.ebay.request_cancel(unknown.order_id)
    scene.pass_time(minutes=15)

    text = in_the_clear()

    assert [trace for one in (order, unknown) for trace in traces(one) if trace in text] == []
    secrets = [value for slug in ("ebay", "tradegecko") for value in scene.secrets(slug).values()]
    assert [secret for secret in secrets if len(secret) > 8 and secret.encode() in text] == []


def test_a_buyer_who_left_the_cart_is_erased_at_once(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)

    assert erase(scene, order) == 1

    assert not is_known(scene, order)
    assert scene.status(order) == "confirmed"
    assert told(scene, "buyer_erased") == [{"orders": 1, "why": "the cart says that the account was deleted"}]
    assert journal.broken_at(scene.book) is None


def test_erasing_twice_does_nothing_the_second_time(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)
    erase(scene, order)

    assert erase(scene, order) == 0
    assert len(told(scene, "buyer_erased")) == 1


def test_nobody_else_is_erased(scene: Scene) -> None:
    gone, stays = scene.ebay.buy_one("LAMP"), scene.ebay.buy_one("BOOK")
    assert gone.buyer.username != stays.buyer.username
    scene.pass_time(minutes=15)

    erase(scene, gone)

    assert is_known(scene, stays)


def test_no_poll_brings_an_erased_buyer_back(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)
    erase(scene, order)

    scene.ebay.edit_note(order.order_id, f"for {order.buyer.name}, please")
    scene.poll_rarely()
    scene.pass_time(days=2)

    assert not is_known(scene, order)


def test_a_late_order_of_an_erased_buyer_is_held_without_his_address(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)
    erase(scene, order)

    late = scene.ebay.buy(Purchase((Want("BOOK", 1),), buyer=order.buyer))
    scene.pass_time(minutes=15)

    assert late.buyer.username == order.buyer.username
    assert not is_known(scene, order)
    assert scene.kinds() == ["buyer_erased"]
    assert scene.at_warehouse(late) == []


def test_an_order_that_has_not_left_is_held_and_never_sent(scene: Scene) -> None:
    scene.bent.down.add("sim.tradegecko")
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=6)

    erase(scene, order)
    scene.bent.down.clear()
    scene.pass_time(hours=1)

    assert scene.at_warehouse(order) == []
    assert scene.status(order) == "error"
    assert scene.kinds() == ["buyer_erased"]


def test_an_order_whose_delivery_has_no_answer_is_found_by_its_lines_alone(scene: Scene) -> None:
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    order = scene.ebay.buy_one("LAMP")
    while not scene.unknown():
        scene.clock.advance(20)
        scene.settle()

    erase(scene, order)
    scene.pass_time(hours=1)

    assert len(scene.at_warehouse(order)) == 1
    assert scene.status(order) == "at_wms"


def test_an_erased_order_whose_delivery_was_lost_is_not_sent_again(scene: Scene) -> None:
    scene.gecko_faults.next("POST", "/orders", Fault.LOST_REQUEST)
    order = scene.ebay.buy_one("LAMP")
    while not scene.unknown():
        scene.clock.advance(20)
        scene.settle()
    scene.bent.down.add("sim.tradegecko")

    erase(scene, order)
    scene.pass_time(hours=1)
    scene.bent.down.clear()
    scene.pass_time(hours=1)

    assert scene.at_warehouse(order) == []
    assert scene.kinds() == ["buyer_erased"]


def test_final_orders_are_erased_after_thirty_days(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)

    privacy.erase_final(scene.book, scene.clock.now() + timedelta(hours=1))
    assert is_known(scene, order)
    OrderRow.objects.update(final_at=scene.clock.now() - LONG_AFTER)
    assert privacy.erase_final(scene.book, scene.clock.now()) == 1

    assert not is_known(scene, order)
    assert told(scene, "buyers_erased") == [{"orders_in_all": 1}]


def test_an_order_under_way_is_never_too_old(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    scene.pass_time(minutes=15)

    OrderRow.objects.update(ordered_at=START - timedelta(days=400))

    assert privacy.erase_final(scene.book, scene.clock.now()) == 0
    assert is_known(scene, order)


def test_a_buyer_erased_for_age_may_buy_again(scene: Scene) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)
    OrderRow.objects.update(final_at=scene.clock.now() - LONG_AFTER)
    privacy.erase_final(scene.book, scene.clock.now())

    again = scene.ebay.buy(Purchase((Want("BOOK", 1),), buyer=order.buyer))
    scene.pass_time(minutes=15)

    assert len(scene.at_warehouse(again)) == 1


@fault("TIME-10")
@pytest.mark.parametrize("jump", [timedelta(days=365 * 24), timedelta(days=2), -timedelta(days=2)])
def test_a_clock_that_is_far_off_erases_nobody(scene: Scene, jump: timedelta) -> None:
    order = scene.ebay.buy_one("LAMP")
    deliver(scene, order)
    OrderRow.objects.update(final_at=scene.clock.now() - LONG_AFTER)

    with pytest.raises(ClockInDoubt, match="2026-03-02"):
        privacy.erase_final(scene.book, scene.clock.now() + jump)

    assert is_known(scene, order)


def _states(scene: Scene) -> dict[tuple[str, str], str]:
    rows = RawRecord.objects.filter(key__startswith="100").values_list("connection__name", "key", "state")
    return {(name, key): state for name, key, state in rows}


def test_what_is_erased_at_one_cart_stays_at_another_that_calls_its_order_the_same(scene: Scene) -> None:
    book, now = scene.book, scene.clock.now()
    first, second = (connection(book, name, "csv").pk for name in ("csv1", "csv2"))
    raw_records.store_reread(book, first, [("1001", b"first's 1001"), ("1002", b"first's 1002")], now)
    RawRecord.objects.filter(connection=first).update(state="unreadable", received_at=now - timedelta(days=91))
    raw_records.store_reread(book, second, [("1001", b"second's 1001")], now)
    privacy.erase_final(book, now)

    assert _states(scene) == {("csv1", "1001"): "erased", ("csv1", "1002"): "erased", ("csv2", "1001"): "new"}
    told = [("1001", b"second's 1001, changed"), ("1002", b"second's 1002")]
    assert raw_records.store_reread(book, second, told, now) == 2
    assert [(raw.key, raw.payload) for raw in raw_records.unread(book, second, "order")] == told
    assert raw_records.store_reread(book, first, [("1001", b"once more"), ("1002", b"once more")], now) == 0


def test_an_order_erased_at_one_cart_is_taken_from_another_that_calls_its_own_so(scene: Scene) -> None:
    book, now = scene.book, scene.clock.now()
    first, second = (connection(book, name, "csv") for name in ("csv1", "csv2"))
    for cart in (first, second):
        raw_records.store_reread(book, cart.pk, [("1001", b"told")], now)
        RawRecord.objects.filter(connection=cart).update(state="old")
        account, place = f"connection:{cart.pk}", order_place(book.merchant_id, f"connection:{cart.pk}", "1001")
        body = msgspec.msgpack.encode(built("1001", [order_line("LAMP")]))
        row = order(book, "1001", connection=cart, account=account, sealed=book.vault.seal(body, place))
        OrderRow.objects.filter(pk=row.pk).update(final_at=now - LONG_AFTER if cart == first else None, seen_at=START)
    privacy.erase_final(book, now)

    assert _states(scene) == {("csv1", "1001"): "erased", ("csv2", "1001"): "old"}
    assert raw_records.store_reread(book, first.pk, [("1001", b"told again")], now) == 0
    assert OrderRow.objects.get(connection=second).seen_at == START  # nobody saw this one
    assert raw_records.store_reread(book, second.pk, [("1001", b"changed")], now) == 1


@fault("CRASH-15")
def test_erasing_that_was_cut_off_is_finished_by_the_next_and_told_once(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.ledger.dies_erasing", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
