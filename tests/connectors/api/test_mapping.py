"""An order as it is handed in, and what the hub makes of it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tranter.connectors.api import mapping
from tranter.model import Money, Order, Unreadable
from tranter.model.alpha3 import TO_ALPHA2, TO_ALPHA3, alpha2, alpha3
from tranter.routing.countries import ASSIGNED

AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
PLACE = {"address_1": "1 Street", "city": "Town", "state": "CA", "zip": "93105", "country": "USA"}


def read(**fields: Any) -> Order:
    given = {
        "cust_ref": "A-1",
        **{f"ship_{name}": value for name, value in PLACE.items()},
        "items": [{"item": "LAMP", "quantity": 2, "price": "4.405", "discount": 1}],
        **fields,
    }
    return mapping.order(mapping.record(given, AT), "USD")


def test_amounts_are_exact_and_discounts_of_lines_are_in_the_orders_discount() -> None:
    order = read(order_discount="2", sales_tax=1, shipping_handling="5.00")

    assert (order.lines[0].amount, order.lines[0].discount) == (Money(881, "USD"), Money(200, "USD"))
    assert (order.discount, order.tax, order.shipping) == (Money(400, "USD"), Money(100, "USD"), Money(500, "USD"))
    assert order.total == Money(881 - 200 - 200 + 100 + 500, "USD")


def test_a_total_that_is_named_counts_even_if_it_does_not_add_up() -> None:
    assert read(grand_total="1").total == Money(100, "USD")


def test_tax_has_two_names_and_what_the_extended_amount_says_counts_without_a_price() -> None:
    order = read(tax="1.5", items=[{"item": "LAMP", "quantity": "3", "extended_amount": 9}])

    assert order.tax == Money(150, "USD")
    assert (order.lines[0].quantity, order.lines[0].amount) == (3, Money(900, "USD"))


def test_the_currency_is_the_orders_own_else_the_carts() -> None:
    assert read(currency_code="jpy", items=[{"item": "A", "quantity": 1, "price": 100}]).total == Money(100, "JPY")
    assert read().currency == "USD"


@pytest.mark.parametrize(
    ("told", "at"),
    [
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-2-3", datetime(2026, 2, 3, tzinfo=UTC)),
        ("2026-03-02", AT),
        ("2027-01-01", AT),
        ("", AT),
        (None, AT),
    ],
)
def test_the_day_of_an_order_is_never_in_the_future(told: str | None, at: datetime) -> None:
    assert read(order_date=told).ordered_at == at


def test_it_is_billed_to_where_it_is_shipped_unless_somebody_else_is_named() -> None:
    assert read(ship_is_billing=True, cust_address_1="x").bill_to is None
    assert read().bill_to is None
    billed = read(cust_company="ACME", **{f"cust_{name}": value for name, value in PLACE.items()}).bill_to
    assert billed is not None
    assert (billed.company, billed.country) == ("ACME", "US")


def test_a_single_item_need_not_stand_in_a_list() -> None:
    assert [line.sku for line in read(items={"item": "LAMP", "quantity": 1}).lines] == ["LAMP"]


def test_numbers_of_cards_are_thrown_away() -> None:
    body = mapping.record({"cust_ref": "A-1", "credit_card_no": "4111", "cvv": 123, "cc_last_four": "1111"}, AT)

    assert b"4111" not in body
    assert b"1111" in body


def test_what_the_client_calls_the_buyer_is_known_again() -> None:
    assert read(customer_id=4).buyer.remote_id == "4"
    assert read(cust_e_mail="Ada@Example.com", ship_is_billing=True).buyer.remote_id == "ada@example.com"
    assert read().buyer.remote_id == ""


def test_a_day_to_ship_by_is_the_end_of_that_day() -> None:
    by = read(requested_ship_date="2026-03-05").ship_by
    assert by is not None
    assert (by.date(), by.hour) == (date(2026, 3, 5), 23)


def test_all_that_is_missing_is_named_at_once() -> None:
    with pytest.raises(Unreadable) as refused:
        mapping.order(mapping.record({"items": [{"quantity": 1}]}, AT), "USD")

    assert refused.value.cause == (
        "Order missing required field(s): cust_ref, ship_address_1, ship_city, ship_state, ship_zip, ship_country,"
        " items[0].item"
    )


def test_every_country_has_a_code_of_three_letters_and_one_way_back() -> None:
    assert TO_ALPHA3.keys() == ASSIGNED
    assert len(TO_ALPHA2) == len(TO_ALPHA3)
    assert (alpha3("US"), alpha2("usa"), alpha2(" Deu "), alpha2("US"), alpha3("XK")) == ("USA", "US", "DE", "US", "XK")
