"""Kits: taken apart for the warehouse, and put together again for the carts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.routing.examples import line, modestly, order, usd
from tranter.model import Money, total
from tranter.model.kit import read_recipe
from tranter.routing.aliases import AliasTable
from tranter.routing.csv_rows import CsvError
from tranter.routing.decide import Hold, Send, View, Warehouse, decide, fulfillment
from tranter.routing.kit_table import read_kit_table, write_kit_table
from tranter.routing.kits import kits_available, nested

GOODS = {"LAMP": ("p1",), "BULB": ("p2",), "CUP": ("p3",)}
KITS = {"SET": read_recipe("2 x LAMP + 1 x BULB")}


def view(**more: object) -> View:
    return View(**{"cart": "shop", "warehouse": Warehouse("depot", GOODS), "kits": KITS} | more)


def test_a_kit_is_sent_as_what_is_in_it() -> None:
    bought = order(line("7", "SET", 3), line("8", "CUP"))
    decision = decide(bought, view())
    assert isinstance(decision, Send)
    assert [(one.line_id, one.sku, one.quantity, one.product_id) for one in decision.lines] == [
        ("7/1", "LAMP", 6, "p1"),
        ("7/2", "BULB", 3, "p2"),
        ("8", "CUP", 1, "p3"),
    ]
    assert "the kit 'SET' is sent as 2 x LAMP + 1 x BULB" in decision.notes
    asked = fulfillment(bought, decision, "k")
    assert [(one.of_line, one.per_unit, one.amount) for one in asked.lines] == [
        ("7", 2, usd(2000)),
        ("7", 1, usd(1000)),
        ("", 1, usd(1000)),
    ]
    assert asked.total == bought.total


def test_an_alias_may_lead_to_a_kit() -> None:
    known = view(aliases=AliasTable(everywhere={"OLD-SET": "SET"}))
    decision = decide(order(line("7", "OLD-SET")), known)
    assert isinstance(decision, Send)
    assert [one.sku for one in decision.lines] == ["LAMP", "BULB"]


def test_a_component_that_the_warehouse_has_not_holds_the_order() -> None:
    decision = decide(order(line("7", "SET")), view(warehouse=Warehouse("depot", {"LAMP": ("p1",)})))
    assert isinstance(decision, Hold)
    assert (decision.kind, decision.value) == ("unknown_sku", "BULB")


def test_a_component_is_never_taken_apart_again() -> None:
    round_about = {"SET": read_recipe("1 x LAMP"), "LAMP": read_recipe("1 x SET")}
    decision = decide(order(line("7", "SET")), view(kits=round_about))
    assert isinstance(decision, Send)
    assert [one.sku for one in decision.lines] == ["LAMP"]
    assert nested(round_about) == [("SET", "LAMP"), ("LAMP", "SET")]


@modestly
@given(
    st.sampled_from(["JPY", "USD", "KWD"]),
    st.integers(0, 10**7),
    st.integers(0, 10**6),
    st.integers(1, 9),
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99)), min_size=1, max_size=6),
)
def test_prices_taxes_and_discounts_of_a_kit_add_up(
    currency: str, price: int, tax: int, units: int, parts: list[tuple[int, int]]
) -> None:
    worth = any(each for _, each in parts)
    written = " + ".join(
        f"{count} x S{place}{f' ({each})' if worth else ''}" for place, (count, each) in enumerate(parts)
    )
    goods = {f"S{place}": (f"p{place}",) for place in range(len(parts))}
    amount, taxed = Money(price, currency), Money(tax, currency)
    one = replace(line("7", "SET", units), amount=amount, tax=taxed, discount=taxed)
    bought = order(one, tax=taxed, discount=taxed, total=amount)
    known = view(kits={"SET": read_recipe(written)}, warehouse=Warehouse("depot", goods))
    decision = decide(bought, known)
    assert isinstance(decision, Send)
    asked = fulfillment(bought, decision, "k")
    assert total((each.amount for each in asked.lines), currency) == amount
    assert total((each.tax for each in asked.lines if each.tax), currency) == taxed
    assert total((each.discount for each in asked.lines if each.discount), currency) == taxed
    assert (asked.total, asked.tax, asked.discount) == (bought.total, bought.tax, bought.discount)


@pytest.mark.parametrize(
    ("there", "kits"),
    [
        ({"LAMP": 7, "BULB": 9}, 3),
        ({"LAMP": 7, "BULB": 2}, 2),
        ({"LAMP": 1, "BULB": 9}, 0),
        ({"LAMP": -3, "BULB": 9}, 0),
        ({"LAMP": None, "BULB": 2}, 2),
        ({"LAMP": None, "BULB": None}, None),
    ],
)
def test_there_are_as_many_kits_as_can_be_put_together(there: dict[str, int | None], kits: int | None) -> None:
    assert kits_available(KITS["SET"], there) == kits


def test_a_file_of_kits_is_read_back_as_it_was_written() -> None:
    rows = [("BOX", "6 x CUP"), ("SET", "2 x LAMP (15.00) + 1 x BULB (1.50)")]
    table = read_kit_table(write_kit_table(rows))
    assert table.bad == ()
    assert [(one.word, one.becomes) for one in table.rows] == rows


@pytest.mark.parametrize(
    ("row", "cause"),
    [
        ("SET,LAMP,two,", "'two' is no whole number"),
        ("SET,LAMP,2,dear", "'dear' is no worth"),
        ("SET,LAMP,0,", "0 units of 'LAMP'"),
        ("SET,LAMP,1,\nSET,LAMP,1,", "'LAMP' is there twice"),
        ("SET,LAMP,1,5\nSET,BULB,1,", "only some components have a worth"),
    ],
)
def test_rows_that_make_no_kit_are_named_with_their_cause(row: str, cause: str) -> None:
    table = read_kit_table(f"kit,component,quantity,worth\n{row}\n")
    assert cause in table.bad[0].cause
    with pytest.raises(CsvError, match="component"):
        read_kit_table("kit\nSET\n")
