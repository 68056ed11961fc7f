"""Aliases of SKUs, and words for ways of shipping."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.routing.examples import modestly
from tranter.routing.aliases import AliasRow, AliasTable, alias_table
from tranter.routing.shipping_methods import Direction, MethodRow, MethodTable, method_table

TABLE = alias_table(
    [
        AliasRow("MUG", "CUP"),
        AliasRow("MUG", "BIG-CUP", "shop"),
        AliasRow("JUG", "CUP", "shop"),
        AliasRow("CUP", "OLD-CUP", "outlet"),
        AliasRow("A", "B"),
        AliasRow("B", "C"),
        AliasRow("0123", "ZERO"),
    ]
)


@pytest.mark.parametrize(
    ("connection", "code", "sku"),
    [
        ("store", "MUG", "CUP"),
        ("shop", "MUG", "BIG-CUP"),
        ("store", "JUG", "JUG"),
        ("shop", "JUG", "CUP"),
        ("outlet", "CUP", "OLD-CUP"),
        ("shop", "A", "B"),
        ("shop", "mug", "mug"),
        ("shop", "MUG ", "MUG "),
        ("shop", "123", "123"),
        ("shop", "0123", "ZERO"),
        ("shop", "", ""),
    ],
)
def test_a_code_becomes_its_sku_in_one_exact_step(connection: str, code: str, sku: str) -> None:
    assert TABLE.sku(connection, code) == sku


@pytest.mark.parametrize(
    ("connection", "sku", "codes"),
    [
        ("store", "CUP", ("CUP", "MUG")),
        ("shop", "CUP", ("CUP", "JUG")),
        ("outlet", "CUP", ("MUG",)),
        ("outlet", "OLD-CUP", ("OLD-CUP", "CUP")),
        ("shop", "NEW", ("NEW",)),
    ],
)
def test_the_codes_of_a_sku_are_those_that_mean_it(connection: str, sku: str, codes: tuple[str, ...]) -> None:
    assert TABLE.codes(connection, sku) == codes


names = st.sampled_from("ABCDEF")
places = st.sampled_from(["shop", "store"])
tables = st.builds(
    AliasTable,
    st.dictionaries(st.tuples(places, names), names, max_size=8),
    st.dictionaries(names, names, max_size=5),
)


@modestly
@given(tables, places, names)
def test_codes_and_skus_agree_both_ways(table: AliasTable, connection: str, code: str) -> None:
    sku = table.sku(connection, code)
    assert code in table.codes(connection, sku)
    assert all(table.sku(connection, each) == code for each in table.codes(connection, code))
    assert all(code not in table.codes(connection, other) for other in "ABCDEF" if other != sku)


METHODS = method_table(
    [
        MethodRow(Direction.OUTWARD, "shop", "US_Priority", "PM"),
        MethodRow(Direction.INWARD, "depot", "Royal Mail", "RoyalMail"),
        MethodRow(Direction.INWARD, "depot", "DHL", "DHL"),
        MethodRow(Direction.INWARD, "depot", "dhl express", "DHLExpress"),
    ]
)


@pytest.mark.parametrize(
    ("cart", "code", "method"),
    [
        ("shop", "US_Priority", "PM"),
        ("store", "US_Priority", "US_Priority"),
        ("shop", "us_priority", "us_priority"),
        ("shop", "Free Shipping", "Free Shipping"),
        ("shop", "", ""),
    ],
)
def test_a_service_becomes_the_warehouses_method_or_passes_through(cart: str, code: str, method: str) -> None:
    assert METHODS.to_warehouse(cart, code) == method


@pytest.mark.parametrize(
    ("warehouse", "carrier", "word"),
    [
        ("depot", "Royal Mail", "RoyalMail"),
        ("depot", "  royal   MAIL ", "RoyalMail"),
        ("depot", "DHL EXPRESS", "DHLExpress"),
        ("depot", "RoyalMail", "RoyalMail"),
        ("annex", "Royal Mail", "Royal Mail"),
        ("depot", "Nobody", "Nobody"),
        ("depot", "", ""),
    ],
)
def test_a_carrier_is_known_however_people_type_it(warehouse: str, carrier: str, word: str) -> None:
    assert METHODS.to_cart(warehouse, carrier) == word


def test_the_exact_row_wins_over_one_that_is_merely_alike() -> None:
    table = MethodTable(inward={("depot", "dhl"): "A", ("depot", "DHL"): "B"})
    assert table.to_cart("depot", "dhl") == "A"
    assert table.to_cart("depot", "DHL") == "B"
    assert table.to_cart("depot", "Dhl") == "B"
