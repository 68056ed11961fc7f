"""Which orders, items and listings are ours."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import address, line, modestly, order
from tranter.routing.csv_rows import CsvError
from tranter.routing.decide import Send, Skip, View, Warehouse, decide, fulfillment
from tranter.routing.filter_table import read_filter_table, write_filter_table
from tranter.routing.filters import (
    BadFilter,
    Field,
    Filter,
    Level,
    Match,
    Mode,
    Rule,
    checked,
    gets_stock,
    of_cart,
    read_rule,
    sift,
    write_rule,
)

GOODS = Warehouse("depot", {"LAMP": ("p1",), "CUP": ("p2",), "GIFT-1": ("p3",)})


def made(field: str, text: str, connection: str = "") -> Filter:
    return Filter(connection, Field(field), read_rule(Field(field), text))


def reason(found: Filter, **more: object) -> str:
    return sift(order(**more), [found]).reason


@pytest.mark.parametrize(
    ("text", "value", "passes"),
    [
        ("required full: US, CA", "US", True),
        ("required full: US, CA", "us", True),
        ("required full: US, CA", "GB", False),
        ("restricted full: US, CA", "US", False),
        ("restricted full: US, CA", "GB", True),
        ("required starts: AB", "ABC", True),
        ("required starts: AB", "CAB", False),
        ("restricted starts: test-", "TEST-1", False),
        ("restricted ends: -OLD", "LAMP-OLD", False),
        ("restricted ends: -OLD", "LAMP", True),
        ('restricted full: ""', "", False),
        ('restricted full: ""', "LAMP", True),
        ("required full: 0123", "123", False),
        ('restricted full: "A, B"', "a, b", False),
    ],
)
def test_a_value_passes_or_does_not(text: str, value: str, passes: bool) -> None:
    assert read_rule(Field.ITEM_SKU, text).passes(value) is passes


@pytest.mark.parametrize(
    ("field", "text", "more", "says"),
    [
        ("country", "required full: GB, IE", {}, ""),
        ("country", "required full: uk", {}, ""),
        ("country", "required full: US", {}, "the filter of country: 'GB' is not among those that pass"),
        ("country", "restricted full: GB", {}, "the filter of country: 'GB' is left out"),
        ("country", "required full: GB", {"ship_to": None}, "the filter of country: '' is not among those that pass"),
        (
            "postal_code",
            "restricted starts: CB",
            {"ship_to": address(postal_code="CB7 4AA")},
            "its postcode is left out",
        ),
        ("postal_code", "restricted full: CB7 4AA", {"ship_to": address(postal_code="cb74aa")}, "its postcode"),
        ("region", "restricted full: HI", {"ship_to": address(region="hi")}, "'hi' is left out"),
        ("marketplace", "required full: EBAY_US", {}, ""),
        ("ship_method", "restricted starts: USPS", {}, "'USPSPriority' is left out"),
        ("currency", "required full: EUR", {}, "'USD' is not among those that pass"),
    ],
)
def test_an_order_is_sent_or_skipped_with_its_reason(field: str, text: str, more: dict[str, object], says: str) -> None:
    found = reason(made(field, text), **more)
    assert says in found
    assert bool(found) is bool(says)


def test_an_item_stays_out_alone() -> None:
    bought = order(line("1", "LAMP"), line("2", "GIFT-1"))
    view = View(cart="shop", warehouse=GOODS, filters=(made("item_sku", "restricted starts: GIFT-"),))
    decision = decide(bought, view)
    assert isinstance(decision, Send)
    assert [one.sku for one in decision.lines] == ["LAMP"]
    assert "'GIFT-1' is left out by a filter" in decision.notes
    assert fulfillment(bought, decision, "k").total == bought.lines[0].amount


def test_an_item_may_keep_its_whole_order_out() -> None:
    bought = order(line("1", "LAMP"), line("2", "GIFT-1"))
    strict = (made("item_sku", "restricted starts order: GIFT-"),)
    decision = decide(bought, View(cart="shop", warehouse=GOODS, filters=strict))
    assert decision == Skip("the filter of item_sku: 'GIFT-1' is left out", "filtered")


def test_an_order_of_which_nothing_is_left_is_skipped() -> None:
    decision = decide(
        order(line("1", "GIFT-1")),
        View(cart="shop", warehouse=GOODS, filters=(made("item_sku", "required full: LAMP"),)),
    )
    assert isinstance(decision, Skip)
    assert decision.kind == "filtered"


def test_a_person_may_lift_it() -> None:
    bought = order(line("1", "LAMP"), line("2", "GIFT-1"))
    strict = (made("country", "required full: US"), made("item_sku", "restricted starts order: GIFT-"))
    lifted = decide(bought, View(cart="shop", warehouse=GOODS, filters=strict, holds=frozenset({"filtered"})))
    assert isinstance(lifted, Send)
    assert [one.sku for one in lifted.lines] == ["LAMP", "GIFT-1"]


def test_what_is_left_out_is_no_trouble() -> None:
    bought = order(line("1", "LAMP"), line("2", "NOWHERE"))
    view = View(cart="shop", warehouse=GOODS, filters=(made("item_sku", "restricted full: NOWHERE"),))
    assert isinstance(decide(bought, view), Send)


def test_filters_of_another_cart_do_not_count() -> None:
    both = [made("country", "required full: US", "other"), made("currency", "required full: USD")]
    assert [one.field for one in of_cart(both, "shop")] == [Field.CURRENCY]


def test_stock_is_kept_from_listings_only_where_the_filter_says_so() -> None:
    assert gets_stock("GIFT-1", [made("item_sku", "restricted starts: GIFT-")])
    assert not gets_stock("GIFT-1", [made("item_sku", "restricted starts stock: GIFT-")])
    assert gets_stock("LAMP", [made("item_sku", "restricted starts stock: GIFT-")])
    assert gets_stock("LAMP", [made("country", "required full: US")])


VALUES = st.lists(
    st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12).filter(
        lambda text: text.isprintable() and text == text.strip()
    ),
    min_size=1,
    max_size=6,
)


@modestly
@given(st.sampled_from(Mode), VALUES, st.sampled_from(Level), st.booleans())
def test_a_filter_is_read_back_as_it_was_written(mode: Mode, values: list[str], level: Level, stock: bool) -> None:
    rule = checked(Field.ITEM_SKU, Rule(mode=mode, values=tuple(values), level=level, stock=stock))
    text = write_rule(Field.ITEM_SKU, rule)
    assert read_rule(Field.ITEM_SKU, text) == rule
    table = read_filter_table(write_filter_table([("", "item_sku", text)]))
    assert [(one.word, one.becomes) for one in table.rows] == [("item_sku", text)]


@modestly
@given(st.text(max_size=9), st.lists(st.text(max_size=5), min_size=1, max_size=5), st.sampled_from(Match))
def test_what_is_required_and_what_is_restricted_are_opposites(value: str, values: list[str], match: Match) -> None:
    required, restricted = (Rule(mode=mode, match=match, values=tuple(values)) for mode in Mode)
    assert required.passes(value) is not restricted.passes(value)
    assert required.passes(value) is required.passes(value.swapcase().casefold())


@pytest.mark.parametrize(
    ("field", "text", "cause"),
    [
        ("country", "US, CA", "can't be read"),
        ("country", "sometimes full: US", "can't be read"),
        ("country", "required full:", "0 values"),
        ("country", "required full order: US", "belongs to the whole order"),
        ("item_sku", 'restricted starts: "", A', "blank value"),
        ("item_sku", 'restricted full: "A', "can't be told apart"),
    ],
)
def test_what_makes_no_filter_is_refused_with_its_cause(field: str, text: str, cause: str) -> None:
    with pytest.raises(BadFilter, match=cause):
        read_rule(Field(field), text)


@pytest.mark.parametrize(
    ("rows", "cause"),
    [
        ("colour,required,red,,,,", "'colour' is no field"),
        ("country,maybe,US,,,,", "'maybe' is no mode"),
        ("country,required,US,,,,\ncountry,restricted,GB,,,,", "differs from line 2"),
        ("country,required,US,,,,nowhere", "there is no connection 'nowhere'"),
        ("item_sku,required,A,,,perhaps,", "neither yes nor no"),
    ],
)
def test_rows_that_make_no_filter_are_named_with_their_cause(rows: str, cause: str) -> None:
    table = read_filter_table(f"field,mode,value,match,level,stock,connection\n{rows}\n", frozenset({"shop"}))
    assert cause in table.bad[0].cause
    with pytest.raises(CsvError, match="mode"):
        read_filter_table("field\ncountry\n")
