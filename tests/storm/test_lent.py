"""A lent warehouse in a storm: every fault at once, two merchants under the same order numbers, one account."""

from collections import Counter

import pytest

from tests.databases import Ledgers
from tests.flow.lent import PREFIXES, SKUS, STOCK, Lent
from tests.flow.stage import Theatre
from tranter.connectors.tradegecko.simulator import Staff
from tranter.ledger import intents
from tranter.testing.faultmark import fault
from tranter.testing.simulator import FaultPlan

CALLS = 300


@pytest.fixture
def theatre(ledgers: Ledgers) -> Theatre:
    return Theatre(ledgers)


@fault("NET-02", "NET-03", "API-01")
@pytest.mark.parametrize("seed", range(2))
def test_a_storm_loses_doubles_and_crosses_nothing(theatre: Theatre, seed: int) -> None:
    plans = {name: FaultPlan.parse("storm", seed + at) for at, name in enumerate(("tradegecko", *STOCK))}
    for plan in plans.values():
        plan.stop_rotations()
    rates = {name: plan.rates for name, plan in plans.items()}
    for plan in plans.values():
        plan.rates = {}
    staff = Staff(at_work=True, pack_after_seconds=(300, 900), ship_after_seconds=(300, 900))
    lent = Lent(theatre.empty_ledger(), plans, staff=staff).connect()
    for name, plan in plans.items():
        plan.rates = rates[name]

    orders = {who: [lent.ebay[who].buy_one(sku) for sku in SKUS] for who in STOCK}
    lent.pass_time(hours=2)
    for plan in plans.values():
        plan.rates = {}
    lent.sign_in_where_needed()
    lent.pass_time(hours=4)

    for who in STOCK:
        references = Counter(one.reference_number for one in lent.at_warehouse(who))
        assert references == Counter(PREFIXES[who] + order.order_id for order in orders[who])
        assert {lent.status(who, order) for order in orders[who]} == {"confirmed"}, lent.kinds(who)
        assert intents.count_unknown(lent.books[who].merchant_id) == 0
        sent = {
            (one.tracking or "").replace(" ", "") for one in lent.gecko.shipments() if one.order_id in _ids(lent, who)
        }
        told = {one.tracking for order in orders[who] for one in lent.ebay[who].fulfillments(order.order_id)}
        assert told <= sent
    slots = Counter(int(heard.at.timestamp() // 300) for heard in lent.gecko.heard if heard.status != 429)
    assert max(slots.values()) <= CALLS


def _ids(lent: Lent, who: str) -> set[int]:
    return {one.id for one in lent.at_warehouse(who)}
