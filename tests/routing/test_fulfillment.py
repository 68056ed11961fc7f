import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.routing.examples import address, line, modestly, order, usd
from tranter.model import Money, Order, OrderLine, TaxReference, total
from tranter.routing.decide import PlannedLine, Send, fulfillment
from tranter.routing.fulfillment import share
from tranter.testing.faultmark import fault

CURRENCIES = st.sampled_from(["JPY", "USD", "KWD", "CLF"])


def whole(bought: Order, method: str = "Priority") -> Send:
    lines = [PlannedLine(line_id=each.line_id, sku=each.sku, quantity=each.quantity) for each in bought.lines]
    return Send(lines=tuple(lines), ship_method=method)


def gap(value: object) -> Money:
    """What the total holds beyond the parts that make it up."""
    parts = total((each.amount for each in value.lines), value.currency)
    return value.total - (parts + value.shipping + value.tax - value.discount)


@st.composite
def orders(draw: st.DrawFn) -> Order:
    currency = draw(CURRENCIES)
    money = st.builds(Money, st.integers(0, 10**7), st.just(currency))
    lines = [
        OrderLine(
            line_id=str(index),
            sku=f"S{index % 3}",
            quantity=draw(st.integers(1, 9)),
            amount=draw(money),
            discount=draw(st.none() | money),
            tax=draw(st.none() | money),
        )
        for index in range(draw(st.integers(1, 6)))
    ]
    plain = order(*lines)
    discount = total((each.discount for each in lines if each.discount), currency) + draw(money)
    tax = total((each.tax for each in lines if each.tax), currency)
    shipping = draw(money)
    collected = draw(money)
    everything = plain.subtotal + shipping + tax - discount
    return replace(plain, shipping=shipping, discount=discount, tax=tax, collected_tax=collected, total=everything)


@fault("DATA-06")
@modestly
@given(orders())
def test_a_whole_order_keeps_every_amount_and_adds_up(bought: Order) -> None:
    asked = fulfillment(bought, whole(bought), "k")
    assert asked.total == bought.total
    assert [each.amount for each in asked.lines] == [each.amount for each in bought.lines]
    assert (asked.shipping, asked.discount, asked.tax) == (bought.shipping, bought.discount, bought.tax)
    assert gap(asked) == gap(bought) == Money.zero(bought.currency)


@fault("DATA-06")
@modestly
@given(orders(), st.data())
def test_a_part_of_an_order_adds_up_as_exactly(bought: Order, data: st.DataObject) -> None:
    planned = []
    for each in bought.lines:
        units = data.draw(st.integers(0, each.quantity))
        if units:
            planned.append(PlannedLine(line_id=each.line_id, sku=each.sku, quantity=units))
    asked = fulfillment(bought, Send(lines=tuple(planned)), "k")
    assert gap(asked) == Money.zero(bought.currency)
    assert asked.discount.minor >= 0
    assert asked.collected_tax == bought.collected_tax


def test_a_total_that_the_cart_rounds_its_own_way_is_kept() -> None:
    odd = replace(order(line("1"), line("2")), total=usd(1999))
    assert fulfillment(odd, whole(odd), "k").total == usd(1999)
    first = Send(lines=(PlannedLine(line_id="1", sku="CUP", quantity=1),))
    assert fulfillment(odd, first, "k").total == usd(999)


@modestly
@given(st.integers(-(10**9), 10**9), st.integers(1, 200))
def test_shares_of_units_are_the_first_of_the_equal_parts(minor: int, of: int) -> None:
    whole_amount = usd(minor)
    parts = whole_amount.split(of)
    for units in range(0, of + 1, max(of // 7, 1)):
        assert share(whole_amount, units, of) == total(parts[:units], "USD")
    assert share(whole_amount, of, of) == whole_amount


def test_tax_that_the_cart_collects_stays_out_of_the_sellers_total() -> None:
    taxed = order(line(amount=usd(1000)), collected_tax=usd(200), total=usd(1000))
    asked = fulfillment(taxed, whole(taxed), "k")
    assert (asked.total, asked.collected_tax, asked.tax) == (usd(1000), usd(200), usd(0))


def test_all_that_travels_arrives_in_the_fulfillment() -> None:
    bought = order(
        line("7", "MUG", 2, title="A mug 🎁"),
        bill_to=address(name="Payer", country="EL"),
        ship_to=address(reference="Reference #123", country="UK"),
        note="ring twice 👋",
        tax_references=(TaxReference("IOSS", "IM123"),),
    )
    send = Send(lines=(PlannedLine(line_id="7", sku="CUP", quantity=2, product_id="p1"),), ship_method="PM")
    asked = fulfillment(bought, send, "push/depot/o/1", "A-1")
    assert (asked.key, asked.reference, asked.number) == ("push/depot/o/1", bought.remote_id, "A-1")
    assert (asked.full_number, asked.buyer_id, asked.buyer) == ("1001", "", bought.buyer)
    assert (asked.lines[0].sku, asked.lines[0].product_id, asked.lines[0].title) == ("CUP", "p1", "A mug 🎁")
    assert (asked.ship_to.country, asked.ship_to.reference) == ("GB", "Reference #123")
    assert asked.bill_to is not None
    assert asked.bill_to.country == "GR"
    assert (asked.note, asked.ship_method, asked.marketplace) == ("ring twice 👋", "PM", "EBAY_US")
    assert asked.tax_references == bought.tax_references
    assert asked.generation == 1


def test_an_order_without_a_number_goes_by_its_id() -> None:
    nameless = order(number="")
    assert fulfillment(nameless, whole(nameless), "k").number == nameless.remote_id


def test_an_order_without_an_address_can_not_be_asked_for() -> None:
    with pytest.raises(ValueError, match="no address"):
        fulfillment(order(ship_to=None), whole(order()), "k")
