"""One warehouse account of the house, lent to two merchants who sell the same goods under the same order numbers."""

from typing import Any

import pytest

from tests.flow.lent import PREFIXES, SKUS, STOCK, Lent
from tests.flow.stage import Theatre
from tranter.engine.connecting import Wish, connect
from tranter.engine.reconcile import reconcile
from tranter.ledger import connections, fulfillments, lending, privacy
from tranter.ledger.connections import AccountTaken, ConnectionState
from tranter.ledger.lending import CanNotLend
from tranter.ledger.models import FulfillmentRow, ProductRow, RawRecord, StockLevelRow
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault


@pytest.fixture
def lent(theatre: Theatre) -> Lent:
    return Lent(theatre.empty_ledger()).connect()


@pytest.fixture
def borrowed(theatre: Theatre) -> Lent:
    """The warehouse is lent, and no shop connected yet."""
    return Lent(theatre.empty_ledger()).borrow()


def test_each_order_goes_under_its_merchants_prefix_and_comes_back_to_its_merchant(lent: Lent) -> None:
    orders = {who: lent.ebay[who].buy_one("LAMP", 2) for who in STOCK}
    assert orders["acme"].order_id == orders["beta"].order_id

    lent.pass_time(minutes=15)
    for who in STOCK:
        [there] = lent.at_warehouse(who)
        assert there.reference_number == PREFIXES[who] + orders[who].order_id
        lent.gecko.ship(there.id, carrier="UPS", tracking=f"1Z{who}")
    lent.pass_time(minutes=15)

    for who in STOCK:
        [parcel] = lent.ebay[who].fulfillments(orders[who].order_id)
        assert parcel.tracking == f"1Z{who}"
        assert lent.status(who, orders[who]) == "confirmed"
        assert lent.kinds(who) == []
        assert {"order_at_warehouse", "parcel_shipped", "tracking_confirmed"} <= set(lent.noted(who))
    assert lent.kinds() == []
    assert not {"order_at_warehouse", "parcel_shipped"} & set(lent.noted())


def test_each_merchant_has_its_own_goods_in_its_own_words(lent: Lent) -> None:
    for who in STOCK:
        products = ProductRow.objects.filter(connection=lent.share(who).id)
        assert set(products.values_list("sku", flat=True)) == {"LAMP", "BOOK", "SOAP-S"}
        levels = StockLevelRow.objects.filter(connection=lent.share(who).id)
        assert set(levels.values_list("location", flat=True)) == {str(lent.place)}
        assert lent.shown(who, "LAMP") == {STOCK[who]}
    assert not ProductRow.objects.filter(connection=lent.depot.id).exists()


def test_a_sale_of_one_merchant_moves_no_stock_of_the_other(lent: Lent) -> None:
    lent.ebay["acme"].buy_one("LAMP", 3)

    lent.pass_time(minutes=20)

    assert lent.shown("acme", "LAMP") == {STOCK["acme"] - 3}
    assert lent.shown("beta", "LAMP") == {STOCK["beta"]}


def test_the_account_is_pulled_once_whoever_borrows_it(lent: Lent) -> None:
    lent.gecko.calls.clear()

    lent.pass_time(hours=1)

    pulls = [
        count for (method, resource), count in lent.gecko.calls.items() if (method, resource) == ("GET", "variants")
    ]
    assert sum(pulls) <= 14  # stock every five minutes, products every hour
    assert lent.gecko.calls["GET", "fulfillments"] <= 13


def test_two_merchants_share_one_sign_in(lent: Lent) -> None:
    lent.gecko.calls.clear()
    for who in STOCK:
        lent.ebay[who].buy_one("BOOK")
    lent.gecko.expire_access_tokens()

    lent.pass_time(minutes=20)

    assert lent.gecko.calls["POST", "oauth/token"] == 1
    assert [len(lent.at_warehouse(who)) for who in STOCK] == [1, 1]
    assert lent.share("acme").source.id == lent.share("beta").source.id == lent.depot.id


def test_a_sign_in_that_ends_is_the_houses_business(lent: Lent) -> None:
    lent.gecko.revoke()
    order = lent.ebay["acme"].buy_one("LAMP")
    lent.pass_time(minutes=20)

    assert lent.depot.state is ConnectionState.NEEDS_SIGN_IN
    assert lent.share("acme").state is ConnectionState.LIVE
    assert not lent.share("acme").runs
    assert lent.kinds() == ["needs_sign_in"]
    assert lent.kinds("acme") == lent.kinds("beta") == []
    assert lent.status("acme", order) == "new"

    lent.sign_in_again()
    lent.pass_time(minutes=10)
    assert lent.status("acme", order) == "at_wms"


def test_orders_that_the_warehouse_stopped_are_told_to_their_merchant(lent: Lent) -> None:
    orders = {who: lent.ebay[who].buy_one("LAMP") for who in STOCK}
    lent.pass_time(minutes=15)
    [there] = lent.at_warehouse("beta")

    lent.gecko.set_order_status(there.id, "void")
    lent.pass_time(minutes=70)

    assert lent.kinds("beta") == ["voided_at_warehouse"]
    assert lent.kinds("acme") == lent.kinds() == []
    assert lent.status("acme", orders["acme"]) == "at_wms"


def test_a_parcel_that_comes_before_the_answer_waits_for_its_order(lent: Lent) -> None:
    order = lent.ebay["beta"].buy_one("LAMP")
    lent.gecko_faults.next("POST", "/orders", Fault.LOST_REPLY)
    lent.until(lambda: bool(lent.at_warehouse("beta")), minutes=15)
    [there] = lent.at_warehouse("beta")
    lent.gecko.ship(there.id, carrier="UPS", tracking="1Zearly")

    lent.pass_time(minutes=20)

    assert [one.tracking for one in lent.ebay["beta"].fulfillments(order.order_id)] == ["1Zearly"]
    assert len(lent.at_warehouse("beta")) == 1


@fault("API-01")
def test_the_vendors_limit_holds_for_all_borrowers_together(lent: Lent) -> None:
    for _ in range(120):
        for who in STOCK:
            lent.ebay[who].buy_one("BOOK" if lent.shown(who, "BOOK") != {0} else "LAMP")
    slots: dict[int, int] = {}
    refused = len(lent.refusals)
    lent.gecko.heard.clear()

    lent.pass_time(hours=1)
    for heard in lent.gecko.heard:
        slot = int(heard.at.timestamp() // 300)
        slots[slot] = slots.get(slot, 0) + 1

    assert max(slots.values()) <= 300
    assert len(lent.refusals) == refused


def test_a_merchant_with_little_to_send_does_not_wait_for_one_with_much(theatre: Theatre) -> None:
    lent = Lent(theatre.empty_ledger(), rate_limit=30).connect()
    for _ in range(40):
        for sku in SKUS:
            lent.ebay["acme"].buy_one(sku)
    lent.until(lambda: bool(lent.at_warehouse("acme")), minutes=20)
    lent.ebay["beta"].buy_one("LAMP")

    lent.until(lambda: len(lent.at_warehouse("acme")) == 120, hours=3)

    [beta] = [one.created_at for one in lent.at_warehouse("beta")]
    acme = sorted(one.created_at for one in lent.at_warehouse("acme"))
    assert beta < acme[-40]


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"prefix": "A-1"}, "can't be told apart"),
        ({"prefix": "a-"}, "can't be told apart"),
        ({"prefix": ""}, "prefix is needed"),
        ({"prefix": "C-", "sku_prefix": "A-"}, "can't be told apart"),
        ({"prefix": "C-", "location": "999"}, "no location 999"),
        ({"prefix": "C\t"}, "no order number may have"),
        ({"prefix": "C-", "location": ""}, "location is needed"),
    ],
)
def test_terms_that_would_mix_merchants_are_refused(borrowed: Lent, terms: dict[str, Any], said: str) -> None:
    borrowed.move_in("gamma")

    with pytest.raises(CanNotLend, match=said):
        borrowed.lend("gamma", **{"sku_prefix": "C-", **terms})
    assert [one.name for one in connections.all_of(borrowed.books["gamma"])] == []


def test_goods_without_a_prefix_are_one_merchants(borrowed: Lent) -> None:
    borrowed.gecko.add_sku("MUG")
    borrowed.move_in("gamma")
    borrowed.move_in("delta")
    share = borrowed.lend("gamma", prefix="C-", sku_prefix="")
    borrowed.settle()

    assert list(ProductRow.objects.filter(connection=share.id, active=True).values_list("sku", flat=True)) == ["MUG"]
    with pytest.raises(CanNotLend, match="without a SKU prefix"):
        borrowed.lend("delta", prefix="D-", sku_prefix="")


def test_a_location_is_shared_or_one_merchants_alone(borrowed: Lent) -> None:
    borrowed.move_in("gamma")

    with pytest.raises(CanNotLend, match="not to be shared"):
        borrowed.lend_alone("gamma", prefix="C-", sku_prefix="C-")
    other = str(borrowed.gecko.locations()["Second Warehouse"])
    borrowed.lend_alone("gamma", prefix="C-", sku_prefix="C-", location=other)
    borrowed.move_in("delta")
    with pytest.raises(CanNotLend, match="not to be shared"):
        borrowed.lend("delta", prefix="D-", sku_prefix="D-", location=other)


def test_a_loan_ends_and_what_is_there_is_still_told(lent: Lent) -> None:
    order = lent.ebay["acme"].buy_one("LAMP")
    lent.pass_time(minutes=15)
    [there] = lent.at_warehouse("acme")

    still_there = lending.end(lent.house, lent.depot, lent.books["acme"], lent.clock.now())
    lent.gecko.ship(there.id, carrier="UPS", tracking="1Zlate")
    late = lent.ebay["acme"].buy_one("BOOK")
    lent.pass_time(minutes=20)

    assert still_there == 1
    assert [one.tracking for one in lent.ebay["acme"].fulfillments(order.order_id)] == ["1Zlate"]
    assert lent.row("acme", late).held_kind == "no_warehouse"
    assert len(lent.at_warehouse("acme")) == 1
    assert "warehouse_returned" in lent.noted("acme")
    assert "warehouse_loan_ended" in lent.noted()


def test_an_order_that_had_not_left_is_free_when_the_loan_ends(lent: Lent) -> None:
    lent.bent.down.add("sim.tradegecko")
    order = lent.ebay["acme"].buy_one("LAMP")
    lent.pass_time(minutes=15)
    assert FulfillmentRow.objects.get(order=lent.row("acme", order)).state == "planned"

    lending.end(lent.house, lent.depot, lent.books["acme"], lent.clock.now())
    lent.bent.down.clear()
    lent.lend("acme")
    lent.pass_time(minutes=15)

    assert lent.status("acme", order) == "at_wms"
    assert len(lent.at_warehouse("acme")) == 1


def test_a_prefix_stays_its_merchants_after_the_loan(borrowed: Lent) -> None:
    lending.end(borrowed.house, borrowed.depot, borrowed.books["acme"], borrowed.clock.now())
    borrowed.move_in("gamma")

    with pytest.raises(CanNotLend, match="can't be told apart"):
        borrowed.lend("gamma", prefix="A-", sku_prefix="C-")
    assert borrowed.lend("acme").terms is not None


def test_the_account_is_connected_once(borrowed: Lent) -> None:
    grant = borrowed.gecko.credentials()
    wish = Wish(connector="tradegecko", name="own", settings=dict(borrowed.depot.settings), secrets=grant)

    with pytest.raises(AccountTaken, match="the house's own"):
        connect(borrowed.hub, borrowed.books["acme"], wish)


def test_a_share_is_no_sign_in(borrowed: Lent) -> None:
    for deed in borrowed.deeds_on_a_share("acme"):
        with pytest.raises(AccountTaken, match="lent by the house"):
            deed()
    with pytest.raises(AccountTaken, match="is lent to 2 merchants"):
        connections.remove(borrowed.house, borrowed.depot, "operator", borrowed.clock.now())


def test_live_looks_through_a_share_show_its_own_goods_alone(borrowed: Lent) -> None:
    connector = borrowed.hub.plug(borrowed.share("acme")).connector
    page = connector.pull_products("")  # type: ignore[attr-defined]

    skus = {connector.read_product(raw.payload).sku for raw in page.records}  # type: ignore[attr-defined]
    assert skus == {"LAMP", "BOOK", "SOAP-S"}
    assert connector.verify().account_id == ""
    assert not hasattr(connector, "pull_shipments")


def test_reconciling_accounts_for_every_order_of_one_merchant(lent: Lent) -> None:
    for who in STOCK:
        lent.ebay[who].buy_one("LAMP")
        lent.ebay[who].buy_one("BOOK", 2)
    lent.ebay["beta"].buy_one("SOAP-S")
    lent.pass_time(minutes=15)

    reports = {who: reconcile(lent.hub, lent.books[who], 7) for who in STOCK}

    assert {who: (one.accounted_for, one.orders, one.deliveries) for who, one in reports.items()} == {
        "acme": (2, 2, 2),
        "beta": (3, 3, 3),
    }
    assert [one.differences for one in reports.values()] == [(), ()]


def test_parcels_of_erased_buyers_go_from_the_house_too(lent: Lent) -> None:
    lent.ebay["acme"].buy_one("LAMP")
    lent.ebay["beta"].buy_one("LAMP")
    lent.pass_time(minutes=15)
    for who in STOCK:
        [there] = lent.at_warehouse(who)
        lent.gecko.ship(there.id, carrier="UPS", tracking=f"1Z{who}")
    lent.pass_time(minutes=15)
    privacy.erase_final(lent.books["acme"], lent.clock.now(), days=0)

    states = dict(RawRecord.objects.filter(kind="shipment").values_list("state").annotate(n=_count()))
    assert states == {"erased": 1, "old": 1}


def _count() -> Any:
    from django.db.models import Count

    return Count("pk")


def test_documents_name_the_merchants_own_number(lent: Lent) -> None:
    order = lent.ebay["acme"].buy_one("LAMP")
    lent.pass_time(minutes=15)
    row = FulfillmentRow.objects.get(order=lent.row("acme", order))

    assert fulfillments.documents(lent.books["acme"], [row.pk])[row.pk].reference == order.order_id
    assert row.remote_number.startswith("A-")
