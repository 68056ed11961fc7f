import itertools
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly, parcel
from tranter.model import ShipmentLine
from tranter.routing.allocate import CannotAllocate, OrderedLine, allocate
from tranter.testing.faultmark import fault

TWO_OF_A_KIND = (
    OrderedLine(line_id="a", sku="CUP", quantity=2),
    OrderedLine(line_id="b", sku="CUP", quantity=3),
    OrderedLine(line_id="c", sku="JUG", quantity=1),
)
KNOWN = (
    OrderedLine(line_id="a", sku="CUP", remote_line_id="r1", quantity=2),
    OrderedLine(line_id="b", sku="CUP", remote_line_id="r2", quantity=3),
)


def by_sku(sku: str, quantity: int) -> ShipmentLine:
    return ShipmentLine(quantity=quantity, sku=sku)


def by_id(remote_line_id: str, quantity: int, sku: str = "") -> ShipmentLine:
    return ShipmentLine(quantity=quantity, sku=sku, remote_line_id=remote_line_id)


def units(lines: tuple[ShipmentLine, ...]) -> dict[str, int]:
    assert len({line.line_id for line in lines}) == len(lines)
    return {line.line_id: line.quantity for line in lines}


@fault("API-33")
@pytest.mark.parametrize("sizes", sorted(set(itertools.permutations([1, 2, 2]))))
def test_two_lines_of_one_sku_are_filled_by_partial_parcels_in_any_sequence(sizes: tuple[int, ...]) -> None:
    already: Counter[str] = Counter()
    for size in sizes:
        already.update(units(allocate(parcel(by_sku("CUP", size)), TWO_OF_A_KIND, already)))
    assert already == {"a": 2, "b": 3}
    with pytest.raises(CannotAllocate, match="0 are to be sent"):
        allocate(parcel(by_sku("CUP", 1)), TWO_OF_A_KIND, already)


@fault("API-33")
def test_a_line_that_is_named_is_never_mistaken_for_its_twin() -> None:
    assert units(allocate(parcel(by_id("r2", 1, "CUP")), KNOWN, {})) == {"b": 1}
    assert units(allocate(parcel(by_id("r2", 3), by_id("r1", 2)), KNOWN, {})) == {"a": 2, "b": 3}
    with pytest.raises(CannotAllocate):
        allocate(parcel(by_id("r1", 3, "CUP")), KNOWN, {})


def test_named_lines_come_before_those_known_by_sku_only() -> None:
    assert units(allocate(parcel(by_sku("CUP", 2), by_id("r1", 2)), KNOWN, {})) == {"a": 2, "b": 2}


def test_a_line_that_the_warehouse_renumbered_is_found_by_its_sku() -> None:
    assert units(allocate(parcel(by_id("r99", 3, "CUP")), KNOWN, {"a": 1})) == {"a": 1, "b": 2}


def test_one_line_of_the_warehouse_may_stand_for_two_of_the_order() -> None:
    joined = [
        OrderedLine(line_id=line_id, sku="CUP", remote_line_id="r1", quantity=quantity)
        for line_id, quantity in (("a", 2), ("b", 3))
    ]
    assert units(allocate(parcel(by_id("r1", 4)), joined, {})) == {"a": 2, "b": 2}


def test_rows_of_one_line_are_joined_because_a_cart_refuses_a_line_twice() -> None:
    lines = allocate(parcel(by_sku("JUG", 1), by_sku("CUP", 1), by_sku("CUP", 1)), TWO_OF_A_KIND, {})
    assert units(lines) == {"a": 2, "c": 1}
    assert [line.line_id for line in lines] == ["a", "c"]


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (by_sku("GIFT", 1), "'GIFT', which is not in the order"),
        (by_sku("cup", 1), "'cup', which is not in the order"),
        (by_id("r99", 1), "line 'r99' of the warehouse, which is not in the order"),
        (by_sku("", 1), "not in the order"),
        (by_sku("CUP", 6), "6 units of 'CUP', but 5 are to be sent"),
        (by_sku("CUP", -1), "-1 units"),
    ],
)
def test_what_the_order_does_not_hold_is_never_guessed(line: ShipmentLine, cause: str) -> None:
    with pytest.raises(CannotAllocate) as refused:
        allocate(parcel(line), TWO_OF_A_KIND, {})
    assert cause in refused.value.cause


def test_two_missing_skus_are_no_match() -> None:
    nameless = [OrderedLine(line_id="a", sku="", quantity=1)]
    with pytest.raises(CannotAllocate, match="not in the order"):
        allocate(parcel(by_sku("", 1)), nameless, {})


def test_an_empty_parcel_and_empty_rows_carry_nothing() -> None:
    assert allocate(parcel(), TWO_OF_A_KIND, {}) == ()
    assert allocate(parcel(by_sku("CUP", 0), by_sku("GIFT", 0)), TWO_OF_A_KIND, {}) == ()


def test_more_units_reported_before_than_ordered_leave_none() -> None:
    with pytest.raises(CannotAllocate):
        allocate(parcel(by_sku("JUG", 1)), TWO_OF_A_KIND, {"c": 9})


ordered_lines = st.lists(
    st.tuples(st.sampled_from(["CUP", "JUG", "POT"]), st.booleans(), st.integers(0, 5)),
    min_size=1,
    max_size=8,
).map(
    lambda rows: [
        OrderedLine(line_id=f"l{index}", sku=sku, remote_line_id=f"r{index}" if named else "", quantity=quantity)
        for index, (sku, named, quantity) in enumerate(rows)
    ]
)
sent_lines = st.lists(
    st.builds(
        ShipmentLine,
        quantity=st.integers(0, 4),
        sku=st.sampled_from(["CUP", "JUG", "POT"]),
        remote_line_id=st.sampled_from(["", "r0", "r1", "r2", "r9"]),
    ),
    max_size=5,
)


@fault("API-33")
@modestly
@given(ordered_lines, st.lists(sent_lines, max_size=4))
def test_units_are_conserved_and_never_exceed_the_order(
    ordered: list[OrderedLine], parcels: list[list[ShipmentLine]]
) -> None:
    already: Counter[str] = Counter()
    for lines in parcels:
        try:
            allocated = allocate(parcel(*lines), ordered, already)
        except CannotAllocate:
            continue
        assert sum(line.quantity for line in allocated) == sum(line.quantity for line in lines)
        assert all(line.quantity > 0 for line in allocated)
        assert allocated == allocate(parcel(*lines), ordered, already)
        already.update(units(allocated))
    assert all(already[line.line_id] <= line.quantity for line in ordered)
