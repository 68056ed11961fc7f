"""What counts as a change of an order that was sent, as a table of examples."""

from typing import Any

import pytest
from msgspec.structs import replace

from tranter.model import CartState, Money, Order
from tranter.routing.changes import Field, changes, said
from tranter.testing.builders import order, order_line
from tranter.testing.faultmark import fault

LAMP, KETL = order_line("LAMP", 2, line_id="1"), order_line("KETL", 1, line_id="2")
BEFORE = order("14-1", [LAMP, KETL])


def _changed(**values: Any) -> Order:
    return replace(BEFORE, **values)


def _facts(now: Order) -> list[tuple[Field, str, str, str]]:
    return [(one.field, one.of, one.before, one.now) for one in changes(BEFORE, now)]


@fault("API-22")
def test_lines_are_told_apart_by_their_ids() -> None:
    more = replace(LAMP, quantity=3)
    assert _facts(_changed(lines=(more, KETL))) == [(Field.UNITS, "LAMP", "2", "3")]
    assert _facts(_changed(lines=(LAMP,))) == [(Field.UNITS, "KETL", "1", "0")]
    third = order_line("LAMP", 1, line_id="3")
    assert _facts(_changed(lines=(LAMP, KETL, third))) == [(Field.UNITS, "LAMP", "0", "1")]
    renamed = replace(KETL, sku="KETL-2")
    assert _facts(_changed(lines=(LAMP, renamed))) == [(Field.SKU, "KETL-2", "KETL", "KETL-2")]


def test_a_line_that_has_left_is_not_taken_back() -> None:
    assert _facts(_changed(lines=(LAMP,), shipped_quantities=(("2", 1),), total=Money(1, "EUR"))) == []
    all_shown = {"state": CartState.SHIPPED, "shipped_quantities": (("1", 2), ("2", 1))}
    assert _facts(_changed(**all_shown)) == []


@fault("API-21")
def test_an_address_is_compared_part_by_part() -> None:
    assert BEFORE.ship_to is not None
    moved = replace(BEFORE.ship_to, lines=("9 New Street",), city="Leeds")
    found = _facts(_changed(ship_to=moved))
    assert [field for field, *_ in found] == [Field.STREET, Field.CITY]
    assert found[0][2:] == (", ".join(BEFORE.ship_to.lines), "9 New Street")


@pytest.mark.parametrize("forgotten", [None, "street", "phone"])
def test_what_the_cart_forgets_with_time_is_no_change(forgotten: str | None) -> None:
    assert BEFORE.ship_to is not None
    before = replace(BEFORE, ship_to=replace(BEFORE.ship_to, phone="555"))
    assert before.ship_to is not None
    parts: dict[str, Any] = {"street": {"lines": ()}, "phone": {"phone": ""}}
    now = replace(before, ship_to=replace(before.ship_to, **parts[forgotten]) if forgotten else None)
    assert changes(before, now) == ()


def test_the_words_for_it_tell_nothing_of_the_buyer() -> None:
    assert BEFORE.ship_to is not None
    now = _changed(lines=(replace(LAMP, quantity=3),), ship_to=replace(BEFORE.ship_to, city="Leeds"), note="ring twice")
    assert said(changes(BEFORE, now)) == "LAMP 2 → 3; KETL taken back (1); another city, note"
