"""Contract: the whole way through the hub, from a purchase to its tracking number, while calls are lost."""

from datetime import timedelta

import pytest

from tranter.sdk.manifest import Role
from tranter.sdk.verbs import (
    PullsListings,
    PullsOrders,
    PullsShipments,
    PushesFulfillments,
    PushesShipments,
    PushesStock,
)
from tranter.testing.builders import BUYER, HOME, order, order_line
from tranter.testing.contract_base import ContractHooks, needs
from tranter.testing.contract_counterpart import PLAIN_CART, PLAIN_WAREHOUSE, PlainCart, PlainWarehouse, plain_manifest
from tranter.testing.contract_hub import Ledgers, Way
from tranter.testing.contract_line import Trouble
from tranter.testing.contract_world import ContractWorld

REFERENCE, TRACKING = "12-34567-89012", "1Z0000000000000001"
QUIET_SECONDS = 2 * 3600.0
LOST = [Trouble.LOST_REPLY, Trouble.LOST_REQUEST, Trouble.DOWN_AFTERWARDS, Trouble.HTML, Trouble.THROTTLED]
SHORTEST_SECRET = 8


class WayContract(ContractHooks):
    @pytest.fixture(scope="class")
    @classmethod
    def ledgers(cls, tmp_path_factory: pytest.TempPathFactory) -> Ledgers:
        return Ledgers(tmp_path_factory.mktemp("ledgers"))

    @needs(PullsOrders, PushesShipments)
    @pytest.mark.parametrize("trouble", LOST)
    def test_a_lost_call_never_doubles_a_parcel_at_the_cart(
        self, world: ContractWorld, ledgers: Ledgers, trouble: Trouble
    ) -> None:
        warehouse = PlainWarehouse(self.skus)
        way = self._from_cart(ledgers, world, warehouse)
        order_id = self.buy(world.vendor, self.skus[0], 2)
        way.run_until(lambda: bool(warehouse.orders))
        warehouse.ship(order_id, TRACKING, world.clock.now())
        world.line.next_write(trouble, about=TRACKING)
        way.run_until(lambda: not world.line.waiting and bool(self.told(world.vendor, order_id)))
        way.run_for(QUIET_SECONDS)
        assert self.told(world.vendor, order_id) == [TRACKING]
        assert [wanted.reference for wanted in warehouse.orders] == [order_id]
        assert way.troubles() == []

    @needs(PushesFulfillments)
    @pytest.mark.parametrize("trouble", LOST)
    def test_a_lost_call_never_doubles_an_order_at_the_warehouse(
        self, world: ContractWorld, ledgers: Ledgers, trouble: Trouble
    ) -> None:
        way = self._to_warehouse(ledgers, world, self._cart())
        world.line.next_write(trouble, about=REFERENCE)
        way.run_until(lambda: not world.line.waiting and bool(self.placed(world.vendor, REFERENCE)))
        way.run_for(QUIET_SECONDS)
        assert len(self.placed(world.vendor, REFERENCE)) == 1
        assert way.troubles() == []

    @needs(PushesFulfillments, PullsShipments)
    def test_an_order_unknown_for_days_is_looked_up_and_adopted(self, world: ContractWorld, ledgers: Ledgers) -> None:
        cart = self._cart()
        way = self._to_warehouse(ledgers, world, cart)
        world.line.next_write(Trouble.LOST_REPLY, about=REFERENCE)
        way.run_until(lambda: bool(self.placed(world.vendor, REFERENCE)))
        world.clock.advance(timedelta(days=3).total_seconds())
        (remote_id,) = self.placed(world.vendor, REFERENCE)
        way.run_for(QUIET_SECONDS)
        self.ship(world.vendor, remote_id, TRACKING)
        way.run_until(lambda: bool(cart.parcels))
        assert self.placed(world.vendor, REFERENCE) == [remote_id]
        assert [sent.tracking_number for sent in cart.parcels] == [TRACKING]

    @needs(PullsOrders, PushesStock, PullsListings)
    def test_the_cart_shows_what_the_warehouse_has(self, world: ContractWorld, ledgers: Ledgers) -> None:
        way = self._from_cart(ledgers, world, PlainWarehouse(self.skus, available=23))
        world.line.next_write(Trouble.LOST_REPLY)
        way.run_until(lambda: all(self.shown(world.vendor, sku) == 23 for sku in self.skus))

    @needs(PullsOrders)
    def test_no_secret_and_no_buyer_of_a_cart_can_be_read_from_disk_or_log(
        self, world: ContractWorld, ledgers: Ledgers, capfd: pytest.CaptureFixture[str]
    ) -> None:
        warehouse = PlainWarehouse(self.skus)
        way = self._from_cart(ledgers, world, warehouse)
        world.line.next_call(Trouble.EXPIRED, Trouble.DOWN, Trouble.HTML, Trouble.THROTTLED)
        order_id = self.buy(world.vendor, self.skus[0], 1)
        way.run_until(lambda: bool(warehouse.orders))
        (raw,) = world.connector.fetch_orders([order_id])
        buyer = world.connector.read_order(raw.payload).buyer
        self._nothing_is_readable(way, capfd, buyer.email, buyer.name)

    @needs(PushesFulfillments)
    def test_no_secret_and_no_buyer_of_a_warehouse_can_be_read_from_disk_or_log(
        self, world: ContractWorld, ledgers: Ledgers, capfd: pytest.CaptureFixture[str]
    ) -> None:
        way = self._to_warehouse(ledgers, world, self._cart())
        world.line.next_write(Trouble.LOST_REPLY, Trouble.DOWN, Trouble.HTML)
        way.run_until(lambda: not world.line.waiting and bool(self.placed(world.vendor, REFERENCE)))
        self._nothing_is_readable(way, capfd, BUYER.email, BUYER.name, HOME.lines[0])

    def _nothing_is_readable(self, way: Way, capfd: pytest.CaptureFixture[str], *personal: str) -> None:
        from tranter.ledger import credentials, journal

        held = [credentials.load(way.hub.vault, record.id)[0].values() for record in way.connections()]
        secrets = {*way.world.pocket.ever, *(value for values in held for value in values)}
        shown = capfd.readouterr()
        spoken = way.readable() + f"{shown.out}{shown.err}{way.troubles()}{journal.lines(way.book)}".encode()
        words = [word for word in (*secrets, *personal) if len(word) >= SHORTEST_SECRET]
        assert [word for word in words if word.encode() in spoken] == []

    def _from_cart(self, ledgers: Ledgers, world: ContractWorld, warehouse: PlainWarehouse) -> Way:
        return Way(ledgers, world, plain_manifest(PLAIN_WAREHOUSE, Role.WAREHOUSE, warehouse))

    def _to_warehouse(self, ledgers: Ledgers, world: ContractWorld, cart: PlainCart) -> Way:
        return Way(ledgers, world, plain_manifest(PLAIN_CART, Role.CART, cart))

    def _cart(self) -> PlainCart:
        return PlainCart([order(REFERENCE, [order_line(self.skus[0], 2)])])
