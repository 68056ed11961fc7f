import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.routing.examples import modestly
from tranter.model import OrderStatus
from tranter.model.status import Facts, derive_status

ALL = {"1": 2, "2": 1}
PART = {"1": 2}


@pytest.mark.parametrize(
    ("facts", "status"),
    [
        (Facts(), OrderStatus.NEW),
        (Facts(ordered=ALL), OrderStatus.NEW),
        (Facts(ordered=ALL, at_warehouse=True), OrderStatus.AT_WMS),
        (Facts(ordered=ALL, at_warehouse=True, shipped=PART), OrderStatus.AT_WMS),
        (Facts(ordered=ALL, at_warehouse=True, shipped={"1": 1, "2": 1}), OrderStatus.AT_WMS),
        (Facts(ordered=ALL, at_warehouse=True, shipped={"1": 99}), OrderStatus.AT_WMS),
        (Facts(ordered=ALL, at_warehouse=True, shipped=ALL), OrderStatus.SHIPPED),
        (Facts(ordered=ALL, at_warehouse=True, shipped=ALL, confirmed=PART), OrderStatus.SHIPPED),
        (Facts(ordered=ALL, at_warehouse=True, shipped=ALL, confirmed=ALL), OrderStatus.CONFIRMED),
        (Facts(ordered=ALL, confirmed=ALL), OrderStatus.CONFIRMED),
        (Facts(ordered={"1": 1, "2": 0}, shipped={"1": 1}), OrderStatus.SHIPPED),
        (Facts(ordered={"1": 0}, at_warehouse=True), OrderStatus.AT_WMS),
        (Facts(ordered=ALL, shipped=ALL, confirmed=ALL, skipped=True), OrderStatus.SKIPPED),
        (Facts(ordered=ALL, shipped=ALL, canceled=True, skipped=True), OrderStatus.CANCELED),
        (Facts(ordered=ALL, canceled=True, held=True, skipped=True), OrderStatus.ERROR),
    ],
)
def test_the_status_follows_from_what_is_recorded(facts: Facts, status: OrderStatus) -> None:
    assert derive_status(facts) is status


def test_parcels_of_any_sequence_end_in_the_same_status() -> None:
    parcels = [{"1": 1}, {"1": 1}, {"2": 1}]
    for sequence in itertools.permutations(parcels):
        shipped: dict[str, int] = {}
        seen = []
        for units in sequence:
            for line_id, count in units.items():
                shipped[line_id] = shipped.get(line_id, 0) + count
            seen.append(derive_status(Facts(ordered=ALL, at_warehouse=True, shipped=dict(shipped))))
        assert seen == [OrderStatus.AT_WMS, OrderStatus.AT_WMS, OrderStatus.SHIPPED]


units = st.dictionaries(st.sampled_from("123"), st.integers(0, 3), max_size=3)


@modestly
@given(st.booleans(), units, units, units)
def test_news_of_shipping_never_takes_an_order_back(
    at_warehouse: bool, ordered: dict[str, int], shipped: dict[str, int], confirmed: dict[str, int]
) -> None:
    way = [OrderStatus.NEW, OrderStatus.AT_WMS, OrderStatus.SHIPPED, OrderStatus.CONFIRMED]
    facts = Facts(at_warehouse=at_warehouse, ordered=ordered, shipped=shipped, confirmed=confirmed)
    before = way.index(derive_status(facts))
    more = {line_id: shipped.get(line_id, 0) + 1 for line_id in ordered}
    told = {line_id: confirmed.get(line_id, 0) + 1 for line_id in ordered}
    assert way.index(derive_status(replace(facts, shipped=more))) >= before
    assert way.index(derive_status(replace(facts, confirmed=told))) >= before
    assert way.index(derive_status(replace(facts, at_warehouse=True))) >= before
