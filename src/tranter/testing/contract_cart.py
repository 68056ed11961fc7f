"""Contract: a cart's orders, listings and stock, and what it is told of parcels."""

from datetime import timedelta

import pytest

from tranter.model import Order, Shipment, ShipmentLine, StockTarget, Unreadable
from tranter.sdk.errors import ConnectorError, TransientError, UnexpectedResponseError
from tranter.sdk.verbs import (
    PullsListings,
    PullsOrders,
    PushesShipments,
    PushesStock,
    Receipt,
    StockOutcome,
    Verdict,
)
from tranter.testing.builders import parcel
from tranter.testing.contract_base import ContractHooks, needs
from tranter.testing.contract_line import Trouble
from tranter.testing.contract_world import ContractWorld

NOT_ANSWERED = [Trouble.LOST_REPLY, Trouble.LOST_REQUEST, Trouble.DOWN_AFTERWARDS, Trouble.HTML]


class CartContract(ContractHooks):
    @needs(PullsOrders)
    def test_paging_loses_and_doubles_no_order(self, world: ContractWorld) -> None:
        bought = [self.buy(world.vendor, self.skus[number % 3], 1) for number in range(self.many)]
        world.wait()
        pulled = world.pull_orders()
        assert sorted(pulled.keys) == sorted(bought)
        assert pulled.pages > 1, f"{self.many} orders fit into one page: set `many` higher"

    @needs(PullsOrders)
    def test_a_purchase_between_two_pages_loses_no_order(self, world: ContractWorld) -> None:
        bought = [self.buy(world.vendor, self.skus[number % 3], 1) for number in range(self.many)]
        world.wait()
        late: list[str] = []
        pulled = world.pull_orders(
            meanwhile=lambda: late.append(self.buy(world.vendor, self.skus[0], 1)) if len(late) < self.many else None
        )
        world.wait()
        again = world.pull_orders(pulled.cursor)
        assert set(bought) <= set(pulled.keys)
        assert set(late) <= {*pulled.keys, *again.keys}

    @needs(PullsOrders)
    def test_the_cursor_goes_on_where_it_stopped(self, world: ContractWorld) -> None:
        self.buy(world.vendor, self.skus[0], 1)
        world.wait()
        first = world.pull_orders()
        late = self.buy(world.vendor, self.skus[1], 1)
        world.wait()
        assert late in world.pull_orders(first.cursor).keys
        assert world.pull_orders(first.cursor).keys == world.pull_orders(first.cursor).keys

    @needs(PullsOrders)
    def test_a_sweep_finds_every_order_and_so_does_the_next_one(self, world: ContractWorld) -> None:
        bought = {self.buy(world.vendor, sku, 1) for sku in self.skus}
        world.wait()
        first = world.pull_orders(sweep=True)
        assert set(first.keys) == bought
        assert set(world.pull_orders(first.cursor, sweep=True).keys) == bought

    @needs(PullsOrders)
    @pytest.mark.parametrize("trouble", [Trouble.HTML, Trouble.TRUNCATED, Trouble.DOWN, Trouble.THROTTLED])
    def test_a_page_that_can_not_be_read_is_an_error_and_no_end(self, world: ContractWorld, trouble: Trouble) -> None:
        order_id = self.buy(world.vendor, self.skus[0], 1)
        world.wait()
        world.line.next_call(trouble)
        with pytest.raises(ConnectorError) as caught:
            world.pull_orders()
        world.wait(caught.value if isinstance(caught.value, TransientError) else None)
        assert order_id in world.pull_orders().keys

    @needs(PullsOrders)
    def test_an_order_is_read_whole(self, world: ContractWorld) -> None:
        order_id = self.buy(world.vendor, self.skus[0], 2)
        order = self._order(world, order_id)
        assert order.remote_id == order_id
        assert [(line.sku, line.quantity) for line in order.lines] == [(self.skus[0], 2)]
        assert order.modified_at.utcoffset() == order.ordered_at.utcoffset() == timedelta(0)
        assert order.total.currency == order.currency
        assert order.total.minor > 0
        assert order.buyer.remote_id
        assert order.ship_to is not None

    @needs(PullsOrders)
    def test_a_named_order_is_fetched_and_an_unknown_one_left_out(self, world: ContractWorld) -> None:
        order_id = self.buy(world.vendor, self.skus[0], 1)
        found = world.connector.fetch_orders([order_id, self.unknown_id])
        assert [raw.key for raw in found] == [order_id]

    @needs(PullsOrders)
    def test_an_unknown_status_word_is_unreadable_and_stops_nobody(self, world: ContractWorld) -> None:
        strange, good = (self.buy(world.vendor, sku, 1) for sku in self.skus[:2])
        self.spoil_order(world.vendor, strange)
        world.wait()
        records = {record.key: record.payload for record in world.pull_orders().records}
        with pytest.raises((Unreadable, UnexpectedResponseError)):
            world.connector.read_order(records[strange])
        assert world.connector.read_order(records[good]).remote_id == good

    @needs(PushesShipments, PullsOrders)
    def test_a_told_parcel_is_found_and_one_never_told_is_absent(self, world: ContractWorld) -> None:
        shipment = self._shipment(world)
        assert self._looked_up(world, shipment) is Verdict.ABSENT
        receipt = world.connector.push_shipment(shipment)
        assert isinstance(receipt, Receipt)
        world.wait()
        assert self._looked_up(world, shipment) is Verdict.FOUND
        assert self.told(world.vendor, shipment.remote_order_id) == [shipment.tracking_number]

    @needs(PushesShipments, PullsOrders)
    @pytest.mark.parametrize("trouble", NOT_ANSWERED)
    def test_a_parcel_told_without_an_answer_is_neither_done_nor_not_done(
        self, world: ContractWorld, trouble: Trouble
    ) -> None:
        shipment = self._shipment(world)
        world.line.next_write(trouble)
        with pytest.raises((TransientError, UnexpectedResponseError)) as caught:
            world.connector.push_shipment(shipment)
        assert not getattr(caught.value, "not_done", False)

    @needs(PushesShipments, PullsOrders)
    @pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.UNREACHABLE])
    def test_a_parcel_that_was_surely_not_told_may_be_told_again(self, world: ContractWorld, trouble: Trouble) -> None:
        shipment = self._shipment(world)
        world.line.next_write(trouble)
        with pytest.raises(TransientError) as caught:
            world.connector.push_shipment(shipment)
        assert caught.value.not_done
        world.wait(caught.value)
        world.connector.push_shipment(shipment)
        assert self.told(world.vendor, shipment.remote_order_id) == [shipment.tracking_number]

    @needs(PullsListings)
    def test_every_listing_is_found_with_its_sku(self, world: ContractWorld) -> None:
        found = [
            listing
            for raw in world.pull("pull_listings").records
            for listing in world.connector.read_listing(raw.payload)
        ]
        assert set(self.skus) <= {listing.sku for listing in found}
        keys = [listing.key for listing in found]
        assert len(keys) == len(set(keys))

    @needs(PushesStock, PullsListings)
    def test_a_stock_level_told_twice_is_the_level(self, world: ContractWorld) -> None:
        target = self._target(world, 17)
        for _ in range(2):
            answers = world.connector.push_stock([target])
            assert [(answer.key, answer.outcome) for answer in answers] == [(target.key, StockOutcome.DONE)]
        assert self.shown(world.vendor, target.sku) == 17

    @needs(PushesStock, PullsListings)
    def test_a_lost_answer_about_stock_is_no_success(self, world: ContractWorld) -> None:
        target = self._target(world, 17)
        world.line.next_write(Trouble.LOST_REPLY)
        try:
            outcomes = {answer.outcome for answer in world.connector.push_stock([target])}
        except (TransientError, UnexpectedResponseError):
            return
        assert outcomes == {StockOutcome.RETRY}

    def _order(self, world: ContractWorld, order_id: str) -> Order:
        (raw,) = world.connector.fetch_orders([order_id])
        order: Order = world.connector.read_order(raw.payload)
        return order

    def _shipment(self, world: ContractWorld) -> Shipment:
        """A parcel with all of a new order. The clock is later than the purchase."""
        order = self._order(world, self.buy(world.vendor, self.skus[0], 2))
        world.wait()
        lines = [ShipmentLine(quantity=line.quantity, line_id=line.line_id, sku=line.sku) for line in order.lines]
        at = world.clock.now()
        return parcel(order.remote_id, lines, shipped_at=at, modified_at=at)

    def _looked_up(self, world: ContractWorld, shipment: Shipment) -> Verdict:
        (sighting,) = world.connector.look_up_shipments([shipment])
        assert sighting.key == shipment.key
        verdict: Verdict = sighting.verdict
        return verdict

    def _target(self, world: ContractWorld, quantity: int) -> StockTarget:
        found = [
            listing
            for raw in world.pull("pull_listings").records
            for listing in world.connector.read_listing(raw.payload)
        ]
        listing = next(listing for listing in found if listing.sku == self.skus[0])
        return StockTarget(
            key="row-1",
            listing_id=listing.listing_id,
            sku=listing.sku,
            variation=listing.variation,
            marketplace=listing.marketplace,
            family=listing.family,
            offer_id=listing.offer_id,
            quantity=quantity,
        )
