from datetime import timedelta

import pytest
from msgspec.structs import replace

from tests.routing.examples import HOUR, NOON, address, line, order
from tranter.model import CartState, Order, OrderLine
from tranter.routing.aliases import AliasRow, alias_table
from tranter.routing.decide import (
    Cancel,
    Decision,
    Hold,
    PlannedLine,
    Send,
    Skip,
    View,
    Wait,
    Warehouse,
    decide,
)
from tranter.routing.shipping_methods import MethodTable
from tranter.routing.troubles import FIRM, ORDER
from tranter.testing.faultmark import fault

VIEW = View(
    cart="shop",
    warehouse=Warehouse("depot", {"CUP": ("p1",), "JUG": ("p2",), "TWICE": ("p9", "p10"), "EMPTY": ()}),
    aliases=alias_table([AliasRow("MUG", "CUP", "shop"), AliasRow("JUG", "CUP", "store")]),
    methods=MethodTable(outward={("shop", "USPSPriority"): "Priority"}),
)


def held(decision: Decision) -> Hold:
    assert isinstance(decision, Hold)
    assert decision.remedy
    return decision


def sent(decision: Decision) -> Send:
    assert isinstance(decision, Send)
    return decision


def test_a_good_order_is_sent_line_by_line() -> None:
    bought = order(line("1", "CUP", 2), line("2", "JUG"), line("3", "CUP"))
    assert sent(decide(bought, VIEW)).lines == (
        PlannedLine(line_id="1", sku="CUP", quantity=2, product_id="p1"),
        PlannedLine(line_id="2", sku="JUG", quantity=1, product_id="p2"),
        PlannedLine(line_id="3", sku="CUP", quantity=1, product_id="p1"),
    )


def test_an_alias_and_a_ship_method_are_put_into_the_warehouses_words_and_noted() -> None:
    decision = sent(decide(order(line("1", "MUG")), VIEW))
    assert decision.lines == (PlannedLine(line_id="1", sku="CUP", quantity=1, product_id="p1"),)
    assert decision.ship_method == "Priority"
    assert decision.notes == ("'MUG' is sent as 'CUP'", "ship method 'USPSPriority' becomes 'Priority'")


def test_an_unmapped_ship_method_passes_through() -> None:
    decision = sent(decide(order(ship_method="Free Shipping"), VIEW))
    assert decision.ship_method == "Free Shipping"
    assert decision.notes == ()


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (CartState.CANCELED, Cancel("why")),
        (CartState.WAITING, Wait("why")),
        (CartState.SHIPPED, Skip("why")),
        (CartState.SKIPPED, Skip("why")),
    ],
)
def test_what_the_cart_says_comes_first(state: CartState, expected: Decision) -> None:
    troubled = order(line(sku="NOBODY"), ship_to=None, state=state, state_reason="why")
    assert decide(troubled, VIEW) == expected
    silent = decide(replace(troubled, state_reason=""), VIEW)
    assert isinstance(silent, type(expected))
    assert silent.reason


def test_an_order_of_another_marketplace_is_skipped_by_name() -> None:
    narrow = replace(VIEW, marketplaces=frozenset({"EBAY_GB", "EBAY_DE"}))
    decision = decide(order(), narrow)
    assert isinstance(decision, Skip)
    assert "EBAY_US" in decision.reason
    assert isinstance(decide(order(marketplace="EBAY_GB"), narrow), Send)


def test_a_basket_bought_on_two_sites_is_taken_whole_by_either() -> None:
    basket = order(line("1", marketplace="EBAY_US"), line("2", marketplace="EBAY_GB"))
    for site in ("EBAY_US", "EBAY_GB"):
        decision = sent(decide(basket, replace(VIEW, marketplaces=frozenset({site}))))
        assert len(decision.lines) == 2


def test_an_order_whose_marketplace_nobody_told_is_taken_rather_than_lost() -> None:
    assert isinstance(decide(order(marketplace=""), replace(VIEW, marketplaces=frozenset({"EBAY_GB"}))), Send)


def test_the_earliest_order_date_is_included() -> None:
    assert isinstance(decide(order(), replace(VIEW, earliest=NOON)), Send)
    decision = decide(order(), replace(VIEW, earliest=NOON + timedelta(microseconds=1)))
    assert isinstance(decision, Skip)
    assert "2026-03-01 12:00 UTC" in decision.reason


def test_an_old_cancelled_order_of_another_site_is_not_ours_to_cancel() -> None:
    old = order(state=CartState.CANCELED)
    assert isinstance(decide(old, replace(VIEW, earliest=NOON + HOUR)), Skip)
    assert isinstance(decide(old, replace(VIEW, marketplaces=frozenset({"EBAY_GB"}))), Skip)


def test_an_order_without_lines_is_skipped() -> None:
    assert decide(replace(order(), lines=()), VIEW) == Skip("there is nothing to send")


PLANTED = {
    "cancel_requested": lambda bought: replace(bought, state=CartState.CANCEL_REQUESTED),
    "line_trouble": lambda bought: with_line(bought, trouble="fully refunded"),
    "empty_sku": lambda bought: with_line(bought, sku=" ", listing_id="110"),
    "unknown_sku": lambda bought: with_line(bought, sku="NOBODY"),
    "duplicate_sku": lambda bought: with_line(bought, sku="TWICE"),
    "zero_quantity": lambda bought: with_line(bought, quantity=0),
    "no_address": lambda bought: replace(bought, ship_to=None),
    "country_unknown": lambda bought: replace(bought, ship_to=address(country="QX")),
}


def with_line(bought: Order, **more: object) -> Order:
    spoiled: OrderLine = line(f"bad-{len(bought.lines)}", **more)
    return replace(bought, lines=(*bought.lines, spoiled))


@fault("API-17")
@pytest.mark.parametrize("kind", PLANTED)
def test_each_trouble_holds_the_order_under_its_kind(kind: str) -> None:
    assert held(decide(PLANTED[kind](order()), VIEW)).kind == kind


@pytest.mark.parametrize("kind", PLANTED)
def test_an_operator_releases_all_but_what_makes_sending_impossible(kind: str) -> None:
    decision = decide(PLANTED[kind](order()), replace(VIEW, holds=frozenset({kind})))
    assert isinstance(decision, Hold if kind in FIRM else Send)
    if isinstance(decision, Send):
        assert any(kind in note for note in decision.notes)


def test_a_missing_warehouse_holds_even_when_released() -> None:
    lonely = replace(VIEW, warehouse=None, holds=frozenset({"no_warehouse"}))
    assert held(decide(order(), lonely)).kind == "no_warehouse"


@fault("API-17")
def test_all_troubles_are_found_and_the_most_pressing_one_leads() -> None:
    spoiled = order()
    for spoil in PLANTED.values():
        spoiled = spoil(spoiled)
    decision = held(decide(spoiled, VIEW))
    assert decision.kind == "cancel_requested"
    for cause in ("fully refunded", "has no SKU", "NOBODY", "TWICE", "0 units", "'QX'"):
        assert cause in decision.cause


def test_troubles_keep_their_rank_whichever_are_there() -> None:
    kinds = [kind for kind in ORDER if kind in PLANTED and kind not in ("no_address", "country_unknown")]
    for index, leading in enumerate(kinds):
        spoiled = order()
        for kind in reversed(kinds[index:]):
            spoiled = PLANTED[kind](spoiled)
        assert held(decide(spoiled, VIEW)).kind == leading


def test_an_unknown_sku_names_what_is_to_be_mapped() -> None:
    decision = held(decide(order(line(sku="NOBODY")), VIEW))
    assert (decision.kind, decision.value) == ("unknown_sku", "NOBODY")
    through = replace(VIEW, aliases=alias_table([AliasRow("MUG", "GONE")]))
    decision = held(decide(order(line(sku="MUG")), through))
    assert decision.value == "GONE"
    assert "MUG" in decision.cause
    assert held(decide(order(line(sku="EMPTY")), VIEW)).kind == "unknown_sku"


def test_a_new_alias_frees_the_order() -> None:
    bought = order(line(sku="NOBODY"))
    mapped = replace(VIEW, aliases=alias_table([AliasRow("NOBODY", "CUP", "shop")]))
    assert isinstance(decide(bought, VIEW), Hold)
    assert sent(decide(bought, mapped)).lines[0].product_id == "p1"


def test_a_sku_that_is_there_twice_shows_both_products() -> None:
    decision = held(decide(order(line(sku="TWICE")), VIEW))
    assert decision.value == "TWICE"
    assert "p9" in decision.cause
    assert "p10" in decision.cause
    assert isinstance(decide(order(line(sku="cup")), VIEW), Hold)


def test_a_released_empty_line_is_left_out_and_noted() -> None:
    freed = replace(VIEW, holds=frozenset({"zero_quantity"}))
    decision = sent(decide(order(line("1"), line("2", "NOBODY", 0)), freed))
    assert [planned.line_id for planned in decision.lines] == ["1"]
    assert any("line 2 is left out" in note for note in decision.notes)
    assert decide(order(line("1", quantity=0)), freed) == Skip("there is nothing to send")


def test_no_more_lines_than_the_limit_go_into_one_order() -> None:
    thousand = order(*(line(str(index)) for index in range(1000)))
    assert len(sent(decide(thousand, VIEW)).lines) == 1000
    decision = held(decide(with_line(thousand), VIEW))
    assert decision.kind == "too_many_lines"
    assert "1001" in decision.cause


def test_an_order_waits_while_the_warehouses_products_are_unread() -> None:
    unread = replace(VIEW, warehouse=Warehouse("depot"))
    assert decide(order(line(sku="NOBODY")), unread) == Wait("the warehouse's products have not been read yet")
    assert isinstance(decide(order(), replace(VIEW, warehouse=Warehouse("depot", {}))), Hold)


def test_troubles_that_need_no_products_are_shown_before_those_are_read() -> None:
    unread = replace(VIEW, warehouse=Warehouse("depot"))
    assert held(decide(order(line(sku="")), unread)).kind == "empty_sku"


@fault("API-20")
def test_a_cancellation_requested_before_sending_holds_the_order() -> None:
    asked = order(state=CartState.CANCEL_REQUESTED, state_reason="asked by the buyer")
    decision = held(decide(asked, VIEW))
    assert decision.kind == "cancel_requested"
    assert "asked by the buyer" in decision.cause
    assert isinstance(decide(replace(asked, state=CartState.OPEN), VIEW), Send)
    assert isinstance(decide(replace(asked, state=CartState.CANCELED), VIEW), Cancel)


@pytest.mark.parametrize("country", ["UK", "EL", "gb", " GB"])
def test_other_spellings_of_a_country_are_understood_and_noted(country: str) -> None:
    decision = sent(decide(order(ship_to=address(country=country), ship_method=""), VIEW))
    assert len(decision.notes) == 1
    assert repr(country) in decision.notes[0]


@fault("DATA-01")
def test_nothing_of_the_buyer_gets_into_causes_and_notes() -> None:
    private = address(name="Zoë 🎁", lines=("9 Secret Lane",), city="Hidden", phone="555", email="z@example.com")
    for bought in (order(ship_to=private, note="🎁"), order(line(sku="NOBODY"), ship_to=private, note="🎁")):
        told = repr(decide(bought, VIEW))
        assert not any(word in told for word in ("Zoë", "Secret", "Hidden", "555", "example", "🎁"))


def test_the_same_order_is_decided_the_same_way() -> None:
    bought = order(line("1", "MUG"), line("2", "TWICE"))
    freed = replace(VIEW, holds=frozenset({"duplicate_sku"}))
    assert decide(bought, freed) == decide(bought, freed)
    assert sent(decide(bought, freed)).lines[1].product_id == "p10"
