"""The whole connector over HTTP as it is in life: addresses, encodings and bodies as they go over the wire."""

from collections.abc import Iterator

import pytest

from tests.connectors.ebay.test_shipments import parcel
from tests.connectors.ebay.world import START, Pocket
from tranter.connectors.ebay.connector import Ebay
from tranter.connectors.ebay.oauth import auth
from tranter.connectors.ebay.settings import EbaySettings
from tranter.connectors.ebay.simulator import EbayVendor, simulator
from tranter.connectors.ebay.simulator.purchases import Purchase, Want
from tranter.engine.clock import VirtualClock
from tranter.model import StockTarget
from tranter.sdk.auth import Access
from tranter.sdk.budget import Budget
from tranter.sdk.call import Caller
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.manifest import Context
from tranter.sdk.outbound import Outbound
from tranter.sdk.verbs import StockOutcome, Verdict
from tranter.testing.simulator import SocketFront

Scene = tuple[EbayVendor, Ebay, VirtualClock]


@pytest.fixture
def scene() -> Iterator[Scene]:
    clock = VirtualClock(START)
    vendor = simulator(clock, seed=7)
    front = SocketFront(vendor).start()
    vendor.base_url = front.url
    transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})))
    settings = EbaySettings.read({"environment": "custom", "base_url": front.url})
    pocket = Pocket(vendor.credentials())
    access = Access(auth(settings), pocket, transport, clock)
    caller = Caller(transport, clock, Budget(clock, 1000, 300), access, lambda note: None)
    context = Context(settings=settings, caller=caller, credentials=pocket, clock=clock)
    yield vendor, Ebay(context), clock
    transport.close()
    front.close()


def test_an_order_comes_in_and_its_parcel_and_stock_go_out(scene: Scene) -> None:
    vendor, ebay, clock = scene
    order = vendor.buy(Purchase((Want("LAMP-S", 2),), note="Zoë 🧵 <&>"))
    clock.advance(600)
    assert ebay.verify().account_id == vendor.shop.user_id
    page = ebay.pull_orders("", START.replace(month=10), False)
    assert [ebay.read_order(raw.payload).note for raw in page.records] == ["Zoë 🧵 <&>"]
    shipment = parcel(order)
    ebay.push_shipment(shipment)
    assert ebay.look_up_shipments([shipment])[0].verdict is Verdict.FOUND
    assert ebay.fetch_orders([order.order_id])[0].key == order.order_id
    assert vendor.order(order.order_id).all_units_shipped


def test_listings_of_both_families_are_read_and_told_their_stock(scene: Scene) -> None:
    vendor, ebay, _ = scene
    listings, cursor, more = [], "", True
    while more:
        page = ebay.pull_listings(cursor)
        listings += [each for raw in page.records for each in ebay.read_listing(raw.payload)]
        cursor, more = page.cursor, page.more
    assert {(each.listing_id, each.sku): each.quantity for each in listings} == vendor.shown()
    for family in ("inventory", "trading"):
        listing = next(each for each in listings if each.family == family and each.sku)
        target = StockTarget(
            key=listing.key,
            listing_id=listing.listing_id,
            sku=listing.sku,
            variation=listing.variation,
            family=family,
            offer_id=listing.offer_id,
            quantity=0,
        )
        assert [answer.outcome for answer in ebay.push_stock([target])] == [StockOutcome.DONE]
        assert vendor.quantity(listing.listing_id, listing.sku) == 0
