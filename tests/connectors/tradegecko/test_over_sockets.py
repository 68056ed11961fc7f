"""The same connector through a real listener and the real HTTP library."""

from collections.abc import Iterator

import pytest

from tests.connectors.tradegecko.rig import START, TOKEN, Memory, Rig, wired
from tranter.connectors.tradegecko.simulator import Goods, simulator
from tranter.engine.clock import VirtualClock
from tranter.sdk.errors import TransientError
from tranter.sdk.http import ReqwestTransport
from tranter.sdk.outbound import Outbound
from tranter.sdk.verbs import Verdict
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, FaultPlan, SocketFront


@pytest.fixture
def world() -> Iterator[Rig]:
    clock, plan = VirtualClock(START), FaultPlan(seed=1)
    vendor = simulator(clock, goods=Goods(skus=("LAMP", "MUG")), access_tokens=(TOKEN,))
    front = SocketFront(vendor, plan).start()
    transport = ReqwestTransport(Outbound(allow_hosts=frozenset({"127.0.0.1"})))
    memory = Memory({"access_token": TOKEN})
    connector, budget, notes = wired(transport, clock, memory, {"base_url": front.url}, {})
    yield Rig(vendor, clock, plan, connector, memory, budget, notes)
    transport.close()
    front.close()


def test_an_order_goes_over_and_its_parcel_comes_back(world: Rig) -> None:
    assert world.connector.verify().account_name
    order = world.fulfillment(note="💐 für Zoë")
    receipt = world.connector.push_fulfillment(order)
    world.vendor.ship(int(receipt.remote_id), tracking="T1")
    page = world.connector.pull_shipments("", START)
    (shipment,) = [world.connector.read_shipment(record.payload) for record in page.records]
    assert shipment.tracking_number == "T1"
    (sighting,) = world.connector.look_up_fulfillments([order])
    assert sighting.verdict is Verdict.FOUND
    assert (world.vendor.orders()[0].notes or "").startswith("💐 für Zoë")


@fault("NET-02", "NET-03")
@pytest.mark.parametrize("lost", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.TRUNCATED])
def test_a_lost_call_is_unknown_and_its_repetition_doubles_nothing(world: Rig, lost: Fault) -> None:
    order = world.fulfillment(buyer_id="", buyer=world.fulfillment().buyer)
    world.connector.push_fulfillment(world.fulfillment(key="k/0/1", reference="r0", number="n0"))
    world.plan.rates = {lost: 1.0}
    with pytest.raises(TransientError) as caught:
        world.connector.push_fulfillment(order)
    assert not caught.value.not_done
    world.plan.stop()
    world.connector.push_fulfillment(order)
    assert len(world.vendor.orders()) == 2
