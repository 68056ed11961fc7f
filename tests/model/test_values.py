"""What every noun keeps: its texts to the last character, and its sums."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import address, line, modestly, order, usd
from tranter.model import Fulfillment, FulfillmentLine, Listing, Order
from tranter.model.whole import whole
from tranter.routing.rule import Delay
from tranter.testing.faultmark import fault

PICTURES = [
    "👩‍👩‍👧‍👦 family",
    "🏳️‍🌈 flag and 🇯🇵 flag",
    "👍🏽 with a skin tone",
    "e\u0301 stays apart from é",
    "\u202eright to left\u202c",
    "Zoë 🎁 – “thanks” \u200d",
    "日本語 Ελληνικά العربية ไทย",
]


@fault("DATA-01")
@pytest.mark.parametrize("text", PICTURES)
def test_emoji_and_marks_survive_storing_and_reading(text: str) -> None:
    bought = order(line(title=text), note=text, ship_to=address(name=text, lines=(text, text), city=text))
    kept = msgspec.msgpack.decode(msgspec.msgpack.encode(bought), type=Order)
    assert kept == bought
    assert kept.note.encode() == text.encode()


@fault("DATA-01")
@modestly
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
def test_any_text_survives_storing_and_reading(text: str) -> None:
    bought = order(line(sku=text, title=text), note=text, ship_to=address(name=text, company=text))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(bought), type=Order) == bought


@fault("DATA-06")
@modestly
@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40))
def test_a_subtotal_is_the_sum_of_the_lines(minors: list[int]) -> None:
    bought = order(*(line(str(index), amount=usd(minor)) for index, minor in enumerate(minors)))
    assert bought.subtotal == usd(sum(minors))


def test_a_unit_price_never_costs_more_than_the_line() -> None:
    three = line(quantity=3, amount=usd(1000))
    assert three.unit_price == usd(333)
    assert line(quantity=0, amount=usd(1000)).unit_price == usd(1000)


def test_the_key_for_the_remote_changes_with_the_generation_only() -> None:
    first = Fulfillment(
        key="push_fulfillment/warehouse/o1/1",
        reference="o1",
        number="1001",
        ordered_at=order().ordered_at,
        currency="USD",
        buyer=order().buyer,
        ship_to=address(),
        lines=(FulfillmentLine(line_id="1", sku="CUP", quantity=1, amount=usd(100)),),
        shipping=usd(0),
        discount=usd(0),
        tax=usd(0),
        collected_tax=usd(0),
        total=usd(100),
    )
    assert first.idempotency_key == "push_fulfillment/warehouse/o1/1/1"
    assert msgspec.structs.replace(first, generation=2).idempotency_key == "push_fulfillment/warehouse/o1/1/2"
    assert msgspec.structs.replace(first, note="later").idempotency_key == first.idempotency_key


def test_variations_and_sites_of_one_page_have_keys_of_their_own() -> None:
    listings = [
        Listing(listing_id="110", sku="CUP", variation=variation, marketplace=site)
        for variation in ("", "CUP-RED", "CUP-BLUE")
        for site in ("EBAY_US", "EBAY_GB")
    ]
    assert len({listing.key for listing in listings}) == len(listings)


def test_what_is_told_has_all_fields_whatever_is_stored() -> None:
    bought = order(line())
    told = whole({"orders": [bought], "rule": Delay(hours=2)})

    assert set(told["orders"][0]) == set(Order.__struct_fields__)
    assert told["orders"][0]["total"] == {"minor": bought.total.minor, "currency": bought.total.currency}
    assert told["orders"][0]["note"] == ""
    assert b"note" not in msgspec.msgpack.encode(bought)
    assert told["rule"]["do"] == "delay"
