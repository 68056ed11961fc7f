"""Contract: what a warehouse is asked to send, what it sends, and what it has."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from tranter.model import Fulfillment, ReturnState, ShipmentState, Unreadable
from tranter.sdk.errors import TransientError, UnexpectedResponseError
from tranter.sdk.verbs import (
    PullsProducts,
    PullsReturns,
    PullsShipments,
    PullsStock,
    PushesCancellations,
    PushesFulfillments,
    Raw,
    Verdict,
)
from tranter.testing.builders import NOON, fulfillment, fulfillment_line
from tranter.testing.contract_base import ContractHooks, needs
from tranter.testing.contract_cart import NOT_ANSWERED
from tranter.testing.contract_line import Trouble
from tranter.testing.contract_world import ContractWorld

REFERENCE = "12-34567-89012"
TRACKING = "1Z0000000000000001"


class WarehouseContract(ContractHooks):
    @needs(PushesFulfillments, PullsProducts)
    def test_a_placed_order_is_found_and_one_never_placed_is_absent(self, world: ContractWorld) -> None:
        wanted = self._fulfillment(world)
        assert self._seen(world, wanted) is Verdict.ABSENT
        receipt = world.connector.push_fulfillment(wanted)
        world.wait()
        assert self.placed(world.vendor, REFERENCE) == [receipt.remote_id]
        (sighting,) = world.connector.look_up_fulfillments([wanted])
        assert (sighting.key, sighting.verdict) == (wanted.key, Verdict.FOUND)
        assert sighting.receipt is not None
        assert sighting.receipt.remote_id == receipt.remote_id

    @needs(PushesFulfillments, PullsProducts)
    def test_an_order_placed_twice_within_its_safe_time_is_there_once(self, world: ContractWorld) -> None:
        wanted = self._fulfillment(world)
        first = world.connector.push_fulfillment(wanted)
        if self.manifest.limits.repeat_safe_seconds:
            assert world.connector.push_fulfillment(wanted).remote_id == first.remote_id
        assert self.placed(world.vendor, REFERENCE) == [first.remote_id]

    @needs(PushesFulfillments, PullsProducts)
    @pytest.mark.parametrize("trouble", NOT_ANSWERED)
    def test_an_order_without_an_answer_is_neither_placed_nor_not_placed(
        self, world: ContractWorld, trouble: Trouble
    ) -> None:
        wanted = self._fulfillment(world)
        world.line.next_write(trouble)
        with pytest.raises((TransientError, UnexpectedResponseError)) as caught:
            world.connector.push_fulfillment(wanted)
        assert not getattr(caught.value, "not_done", False)

    @needs(PushesFulfillments, PullsProducts)
    @pytest.mark.parametrize("trouble", [Trouble.THROTTLED, Trouble.UNREACHABLE])
    def test_an_order_that_was_surely_not_placed_may_be_placed_again(
        self, world: ContractWorld, trouble: Trouble
    ) -> None:
        wanted = self._fulfillment(world)
        world.line.next_write(trouble)
        with pytest.raises(TransientError) as caught:
            world.connector.push_fulfillment(wanted)
        assert caught.value.not_done
        world.wait(caught.value)
        receipt = world.connector.push_fulfillment(wanted)
        assert self.placed(world.vendor, REFERENCE) == [receipt.remote_id]

    @needs(PushesFulfillments, PullsProducts)
    def test_our_number_with_another_reference_is_never_adopted(self, world: ContractWorld) -> None:
        wanted = self._fulfillment(world)
        stranger = replace(wanted, reference="99-99999-99999", key="push_fulfillment/1/99-99999-99999/1")
        world.connector.push_fulfillment(stranger)
        world.wait()
        assert self._seen(world, wanted) is not Verdict.FOUND

    @needs(PushesFulfillments, PullsShipments, PullsProducts)
    def test_a_parcel_comes_back_with_its_number_and_its_order(self, world: ContractWorld) -> None:
        receipt = world.connector.push_fulfillment(self._fulfillment(world))
        self.ship(world.vendor, receipt.remote_id, TRACKING)
        world.wait()
        read = [world.connector.read_shipment(raw.payload) for raw in self._parcels(world)]
        (parcel,) = [shipment for shipment in read if shipment.remote_order_id == receipt.remote_id]
        assert (parcel.state, parcel.tracking_number) == (ShipmentState.SHIPPED, TRACKING)
        assert sum(line.quantity for line in parcel.lines) == 2

    @needs(PushesFulfillments, PullsShipments, PullsProducts)
    def test_a_parcel_of_an_unknown_status_is_unreadable(self, world: ContractWorld) -> None:
        receipt = world.connector.push_fulfillment(self._fulfillment(world))
        self.ship(world.vendor, receipt.remote_id, TRACKING)
        world.wait()
        (raw,) = self._parcels(world)
        with pytest.raises((Unreadable, UnexpectedResponseError)):
            world.connector.read_shipment(self.spoiled_shipment(raw.payload))

    @needs(PushesFulfillments, PullsReturns, PullsProducts)
    def test_a_return_comes_back_with_its_order_and_its_units(self, world: ContractWorld) -> None:
        receipt = world.connector.push_fulfillment(self._fulfillment(world))
        self.ship(world.vendor, receipt.remote_id, TRACKING)
        self.send_back(world.vendor, receipt.remote_id)
        world.wait()
        raws = world.pull("pull_returns", NOON - timedelta(days=1)).records
        (back,) = [world.connector.read_return(raw.payload) for raw in raws]
        assert (back.remote_order_id, back.state) == (receipt.remote_id, ReturnState.RETURNING)
        assert sum(line.quantity for line in back.lines) == 2

    @needs(PushesFulfillments, PushesCancellations, PullsProducts)
    def test_an_order_stopped_twice_is_stopped(self, world: ContractWorld) -> None:
        receipt = world.connector.push_fulfillment(self._fulfillment(world))
        for _ in range(2):
            world.connector.push_cancellation(receipt.remote_id, "push_cancellation/1", "the buyer changed his mind")
        assert self.placed(world.vendor, REFERENCE) == []

    @needs(PullsProducts)
    def test_every_product_is_found_once(self, world: ContractWorld) -> None:
        read = [world.connector.read_product(raw.payload) for raw in world.pull("pull_products").records]
        ids = [product.remote_id for product in read]
        assert len(ids) == len(set(ids))
        assert set(self.skus) <= {product.sku for product in read if product.active}

    @needs(PullsStock, PullsProducts)
    def test_stock_is_what_can_be_sold(self, world: ContractWorld) -> None:
        at, product_id = world.clock.now(), world.product_ids()[self.skus[0]]
        read = [
            level for raw in world.pull("pull_stock").records for level in world.connector.read_stock(raw.payload, at)
        ]
        levels = [level.available or 0 for level in read if level.product_id == product_id]
        assert sum(levels) == self.available(world.vendor, self.skus[0])

    def _fulfillment(self, world: ContractWorld) -> Fulfillment:
        return fulfillment(REFERENCE, [fulfillment_line(self.skus[0], world.product_ids()[self.skus[0]], quantity=2)])

    def _seen(self, world: ContractWorld, wanted: Fulfillment) -> Verdict:
        (sighting,) = world.connector.look_up_fulfillments([wanted])
        verdict: Verdict = sighting.verdict
        return verdict

    def _parcels(self, world: ContractWorld) -> tuple[Raw, ...]:
        return world.pull("pull_shipments", NOON - timedelta(days=1)).records
