import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from msgspec.structs import replace

from tests.connectors.tradegecko.rig import HOME, SKUS, reply, rig, scripted
from tranter.connectors.tradegecko.simulator import Goods
from tranter.model import Buyer, Fulfillment, Money, TaxReference, address_key
from tranter.sdk.errors import AuthError, RejectedError, TransientError, UnexpectedResponseError
from tranter.sdk.verbs import Link, Receipt
from tranter.testing.faultmark import fault
from tranter.testing.simulator import Fault, FaultPlan


def remembering(fulfillment: Fulfillment, receipt: Receipt) -> Fulfillment:
    """The same, with what the receipt told of buyer and address."""
    links = {(link.kind, link.key): link.remote_id for link in receipt.links}
    return replace(
        fulfillment,
        buyer_id=links.get(("buyer", fulfillment.buyer.remote_id), ""),
        address_id=links.get(("address", address_key(fulfillment.ship_to)), ""),
    )


def another(fulfillment: Fulfillment, number: str) -> Fulfillment:
    return replace(fulfillment, key=f"push_fulfillment/7/{number}/1", reference=number, number=number)


def test_a_new_buyer_costs_two_calls_and_a_known_one_costs_one() -> None:
    world = rig()
    first = world.fulfillment()
    receipt = world.connector.push_fulfillment(first)
    assert world.vendor.delivery_calls() == 2
    world.connector.push_fulfillment(another(remembering(first, receipt), "12-2"))
    assert world.vendor.delivery_calls() == 3
    assert len(world.vendor.rows("companies")) == 1
    assert len(world.vendor.rows("addresses")) == 1


def test_a_known_buyer_at_a_new_address_costs_one_call() -> None:
    world = rig()
    first = world.fulfillment()
    known = remembering(first, world.connector.push_fulfillment(first))
    moved = replace(known, ship_to=replace(HOME, lines=("1 Elsewhere",)), address_id="")
    before = world.vendor.delivery_calls()
    world.connector.push_fulfillment(another(moved, "12-2"))
    assert world.vendor.delivery_calls() == before + 1
    assert len(world.vendor.rows("addresses")) == 2


@fault("API-16", "CRASH-08")
def test_a_buyer_whom_only_tradegecko_knows_gets_no_second_company_and_no_second_address() -> None:
    world = rig()
    world.connector.push_fulfillment(world.fulfillment())
    world.reconnected({}).push_fulfillment(another(world.fulfillment(), "12-2"))
    assert len(world.vendor.orders()) == 2
    assert len(world.vendor.rows("companies")) == 1
    assert len(world.vendor.rows("addresses")) == 1


@fault("API-16", "API-17")
def test_a_refused_order_leaves_no_company_behind() -> None:
    world = rig()
    unknown = replace(world.line("LAMP", 1, 500), product_id="999999")
    with pytest.raises(RejectedError):
        world.connector.push_fulfillment(world.fulfillment(unknown))
    assert world.vendor.rows("companies") == []


@fault("API-16")
def test_many_orders_of_one_new_buyer_at_once_make_one_company() -> None:
    world = rig()
    orders = [another(world.fulfillment(), f"12-{number}") for number in range(16)]
    with ThreadPoolExecutor(16) as pool:
        receipts = list(pool.map(world.connector.push_fulfillment, orders))
    assert len({receipt.remote_id for receipt in receipts}) == 16
    assert len(world.vendor.rows("companies")) == 1
    assert len(world.vendor.rows("addresses")) == 1
    assert world.vendor.delivery_calls() == 17


def test_the_receipt_remembers_buyer_address_and_every_line() -> None:
    world = rig()
    lines = (world.line("MUG", 1, 500, "a"), world.line("LAMP", 2, 900, "b"), world.line("MUG", 3, 1500, "c"))
    receipt = world.connector.push_fulfillment(world.fulfillment(*lines))
    (order,) = world.vendor.orders()
    assert receipt.remote_id == str(order.id)
    assert receipt.number == "12-12345-12345"
    assert receipt.committed
    by_id = {str(line.id): (line.sku, line.quantity) for line in order.lines}
    assert [(ours, by_id[theirs]) for ours, theirs in receipt.lines] == [
        ("a", ("MUG", 1)),
        ("b", ("LAMP", 2)),
        ("c", ("MUG", 3)),
    ]
    address_id = world.vendor.rows("addresses")[0]["id"]
    assert set(receipt.links) == {
        Link(kind="buyer", key="ada_l", remote_id=str(order.company_id)),
        Link(kind="address", key=address_key(HOME), remote_id=f"{order.company_id}:{address_id}"),
    }


def test_the_address_of_another_company_is_never_used() -> None:
    world = rig()
    first = world.fulfillment()
    known = remembering(first, world.connector.push_fulfillment(first))
    stranger = replace(known, buyer=Buyer(remote_id="eve", email="eve@example.com"), buyer_id="")
    world.connector.push_fulfillment(another(stranger, "12-2"))
    assert [row["company_id"] for row in world.vendor.rows("addresses")] == [
        row["id"] for row in world.vendor.rows("companies")
    ]


def test_what_the_hub_remembers_may_be_gone_at_tradegecko() -> None:
    world = rig()
    stale = world.fulfillment(buyer_id="424242", address_id="424242:1")
    receipt = world.connector.push_fulfillment(stale)
    assert [link.kind for link in receipt.links] == ["buyer", "address"]
    again = world.connector.push_fulfillment(stale)
    assert again.remote_id == receipt.remote_id
    assert len(world.vendor.orders()) == 1


@fault("NET-02", "CRASH-05", "CRASH-06")
def test_the_same_key_twice_places_one_order() -> None:
    world = rig()
    first = world.connector.push_fulfillment(world.fulfillment())
    second = world.connector.push_fulfillment(world.fulfillment())
    assert first.remote_id == second.remote_id
    assert first.lines == second.lines
    assert len(world.vendor.orders()) == 1


@fault("NET-02", "NET-03")
@pytest.mark.parametrize("lost", [Fault.LOST_REPLY, Fault.LOST_REQUEST, Fault.ERROR_AFTER, Fault.TRUNCATED])
def test_a_lost_reply_never_doubles_an_order(lost: Fault) -> None:
    world = rig(plan=FaultPlan(seed=3))
    order = world.fulfillment(buyer_id="", buyer=Buyer(remote_id="ada_l", name="Ada"))
    world.plan.rates = {lost: 1.0}
    with pytest.raises(TransientError) as caught:
        world.connector.push_fulfillment(order)
    assert not caught.value.not_done
    world.plan.stop()
    world.connector.push_fulfillment(order)
    assert len(world.vendor.orders()) == 1


def test_after_a_repaired_refusal_the_next_generation_is_sent_anew() -> None:
    world = rig()
    wrong = world.fulfillment(replace(world.line("LAMP", 1, 500), product_id="999999"))
    with pytest.raises(RejectedError):
        world.connector.push_fulfillment(wrong)
    world.connector.push_fulfillment(world.fulfillment(world.line("LAMP", 1, 500), generation=2))
    assert len(world.vendor.orders()) == 1


def test_everything_that_the_buyer_said_travels() -> None:
    world = rig()
    world.connector.push_fulfillment(
        world.fulfillment(
            note="Leave it with the neighbour 🙏",
            marketplace="EBAY_GB",
            ship_method="Royal Mail 48",
            tax_references=(TaxReference("IOSS", "IM2760000742"),),
            bill_to=replace(HOME, lines=("99 Elsewhere Street",)),
        )
    )
    (order,) = world.vendor.orders()
    assert order.order_number == order.reference_number == "12-12345-12345"
    assert order.status == "active"
    assert order.email == "ada@example.com"
    assert (order.notes or "").splitlines() == [
        "Leave it with the neighbour 🙏",
        "Order 12-12345-12345 (EBAY_GB)",
        "Ship with Royal Mail 48",
        "IOSS: IM2760000742",
    ]
    assert order.shipping_address["address1"] == "12 St James's Square"
    assert order.billing_address["address1"] == "99 Elsewhere Street"


def test_the_totals_agree_to_the_cent_even_where_a_price_cannot_be_divided() -> None:
    world = rig()
    receipt = world.connector.push_fulfillment(
        world.fulfillment(
            world.line("LAMP", 3, 1000),
            world.line("MUG", 7, 9999),
            shipping=Money(499, "USD"),
            discount=Money(250, "USD"),
            collected_tax=Money(870, "USD"),
            total=Money(1000 + 9999 + 499 - 250, "USD"),
        )
    )
    (order,) = world.vendor.orders()
    assert order.total == "112.48"
    assert [(line.line_type, line.label, line.price) for line in order.lines if line.line_type != "product"] == [
        ("rounding", "Rounding", "0.04"),
        ("discount", "Discount", "-2.5"),
        ("shipping", "Shipping Cost", "4.99"),
    ]
    assert receipt.notes == ()


@fault("DATA-06")
@pytest.mark.parametrize(("currency", "minor", "text"), [("JPY", 1500, "1500.0"), ("KWD", 12345, "12.345")])
def test_currencies_without_and_with_three_decimals_keep_their_amounts(currency: str, minor: int, text: str) -> None:
    world = rig(facts={"currency": "USD"})
    line = replace(world.line("LAMP", 1, 1), amount=Money(minor, currency))
    world.connector.push_fulfillment(world.fulfillment(line))
    (order,) = world.vendor.orders()
    assert (order.currency, order.total) == (currency, text)


def test_an_order_in_the_accounts_own_currency_names_none() -> None:
    connector, script = scripted(reply(503, b""))
    with pytest.raises(TransientError):
        connector.push_fulfillment(rig().fulfillment(buyer_id="5", address_id="5:6"))
    assert b"currency" not in script.requests[0].body
    assert b'"company_id":5' in script.requests[0].body
    assert b'"shipping_address_id":6' in script.requests[0].body


def test_an_order_in_a_currency_that_was_not_chosen_is_held() -> None:
    world = rig({"currency": "EUR"})
    with pytest.raises(RejectedError) as caught:
        world.connector.push_fulfillment(world.fulfillment())
    assert (caught.value.kind, caught.value.value) == ("currency", "USD")


def test_a_total_that_taxes_change_is_told_and_holds_nothing() -> None:
    world = rig(tax_rate="10.0")
    receipt = world.connector.push_fulfillment(world.fulfillment())
    assert receipt.notes == ("TradeGecko counts 22.00 USD, the cart 20.00; the lines that were sent make 20.00.",)


def test_the_tax_of_each_line_travels_as_a_rate_when_asked_for() -> None:
    world = rig({"dynamic_item_tax_rate": True, "tax_treatment": "exclusive"}, tax_rate="10.0")
    line = replace(world.line("LAMP", 2, 2000), tax=Money(165, "USD"))
    receipt = world.connector.push_fulfillment(
        world.fulfillment(line, tax=Money(165, "USD"), shipping=Money(500, "USD"), total=Money(2665, "USD"))
    )
    assert world.vendor.orders()[0].total == "26.65"
    assert receipt.notes == ()


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [("shipping", "Shipping Cost"), ("discount", "Discount")]),
        ({"send_discount": False}, [("shipping", "Shipping Cost")]),
        ({"shipping_line_label": ""}, [("discount", "Discount")]),
        ({"shipping_line_label": "Post: {method}"}, [("shipping", "Post: Express"), ("discount", "Discount")]),
    ],
)
def test_charges_follow_the_settings(settings: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    world = rig(settings)
    world.connector.push_fulfillment(
        world.fulfillment(shipping=Money(500, "USD"), discount=Money(100, "USD"), ship_method="Express")
    )
    (order,) = world.vendor.orders()
    charges = [(line.line_type, line.label) for line in order.lines if line.line_type != "product"]
    assert sorted(charges, reverse=True) == expected


def test_free_shipping_has_a_line_only_when_asked_for() -> None:
    plain, asked = rig(), rig({"send_zero_shipping": True})
    for world in (plain, asked):
        world.connector.push_fulfillment(world.fulfillment())
    assert [len(world.vendor.orders()[0].lines) for world in (plain, asked)] == [1, 2]


def test_a_finalized_order_is_invoiced_and_packed_once() -> None:
    world = rig({"order_status": "finalized", "create_invoice": True, "pack_orders": True})
    for _ in range(2):
        receipt = world.connector.push_fulfillment(world.fulfillment())
    (order,) = world.vendor.orders()
    assert (order.status, order.invoice_status, order.packed_status) == ("finalized", "invoiced", "packed")
    assert receipt.notes == ()
    assert len(world.vendor.rows("invoices")) == len(world.vendor.rows("fulfillments")) == 1


def test_a_draft_reserves_nothing() -> None:
    world = rig({"order_status": "draft"})
    assert not world.connector.push_fulfillment(world.fulfillment()).committed


def test_every_order_goes_to_one_company_when_that_is_wanted() -> None:
    world = rig()
    world.connector.push_fulfillment(world.fulfillment())
    company_id = str(world.vendor.rows("companies")[0]["id"])
    before = world.vendor.delivery_calls()
    connector = world.reconnected({"customer_matching": "fixed", "company_id": company_id})
    stranger = replace(world.fulfillment(), buyer=Buyer(remote_id="eve"), buyer_id="77")
    connector.push_fulfillment(another(stranger, "12-2"))
    assert world.vendor.delivery_calls() == before + 1
    assert len(world.vendor.rows("companies")) == 1


def test_buyers_may_be_found_by_the_carts_own_name_for_them() -> None:
    world = rig({"customer_matching": "buyer"})
    for number, email in (("12-1", "relay-1@example.com"), ("12-2", "relay-2@example.com")):
        buyer = Buyer(remote_id="ada_l", name="Ada", email=email)
        world.connector.push_fulfillment(another(world.fulfillment(buyer=buyer), number))
    (company,) = world.vendor.rows("companies")
    assert company["company_code"] == "ada_l"


def test_a_supplier_is_nobodys_customer() -> None:
    world = rig()
    world.connector.push_fulfillment(world.fulfillment())
    (company,) = world.vendor.rows("companies")
    world.vendor.change("companies", company["id"], {"company_type": "supplier"})
    world.reconnected({}).push_fulfillment(another(world.fulfillment(), "12-2"))
    assert len(world.vendor.rows("companies")) == 2


@fault("API-17")
def test_a_missing_variant_is_named() -> None:
    world = rig()
    lines = (world.line("LAMP", 1, 500), replace(world.line("MUG", 1, 500), product_id="999999"))
    with pytest.raises(RejectedError) as caught:
        world.connector.push_fulfillment(world.fulfillment(*lines))
    assert (caught.value.kind, caught.value.value) == ("unknown_sku", "MUG")
    assert caught.value.remedy
    assert world.vendor.orders() == []


def test_a_sku_without_a_variant_is_not_even_sent() -> None:
    connector, script = scripted()
    world = rig()
    with pytest.raises(RejectedError) as caught:
        connector.push_fulfillment(world.fulfillment(replace(world.line("MUG", 1, 500), product_id="")))
    assert (caught.value.kind, caught.value.value) == ("unknown_sku", "MUG")
    assert script.requests == []


@fault("DATA-01")
def test_emoji_arrive_as_they_left() -> None:
    world = rig()
    name = "Zoë 👩‍👩‍👧‍👦 Ünal 🇨🇭"
    world.connector.push_fulfillment(
        world.fulfillment(buyer=Buyer(remote_id="z", name=name), ship_to=replace(HOME, name=name), note="💐")
    )
    (order,) = world.vendor.orders()
    address = order.shipping_address
    assert order.company == name
    assert f"{address['first_name']} {address['last_name']}" == name
    assert (order.notes or "").startswith("💐")


def test_five_hundred_and_twelve_lines_arrive_once_and_in_their_places() -> None:
    world = rig({"order_status": "finalized"}, goods=Goods(skus=SKUS), max_lines=250)
    lines = tuple(
        replace(world.line(SKUS[index % 3], index % 4 + 1, 400 * (index % 4 + 1)), line_id=f"l{index}")
        for index in range(512)
    )
    receipt = world.connector.push_fulfillment(world.fulfillment(*lines))
    (order,) = world.vendor.orders()
    assert order.status == "finalized"
    assert len(order.lines) == 512
    by_id = {str(line.id): (line.sku, line.quantity) for line in order.lines}
    assert [by_id[theirs] for _, theirs in receipt.lines] == [(line.sku, line.quantity) for line in lines]


@pytest.mark.parametrize("seed", range(6))
def test_a_long_order_goes_on_where_it_was_cut_off(seed: int) -> None:
    world = rig(max_lines=250, plan=FaultPlan(seed=seed))
    lines = tuple(replace(world.line("LAMP", 1, 100), line_id=f"l{index}") for index in range(600))
    order = world.fulfillment(*lines)
    world.plan.rates = {Fault.LOST_REPLY: 0.3, Fault.LOST_REQUEST: 0.1}
    for attempt in range(60):
        try:
            receipt = world.connector.push_fulfillment(order)
            break
        except TransientError:
            if attempt == 50:
                world.plan.stop()
    assert [len(one.lines) for one in world.vendor.orders()] == [600]
    assert len(receipt.lines) == 600


def order_body(**changes: object) -> bytes:
    order: dict[str, object] = {
        "id": 9,
        "status": "active",
        "order_number": "12-12345-12345",
        "reference_number": "12-12345-12345",
        "company_id": 5,
        "total": "20.0",
        "order_line_item_ids": [3],
    }
    return json.dumps({"order": order | changes}).encode()


@fault("API-15")
@pytest.mark.parametrize(
    "changes",
    [
        {"status": "void"},
        {"status": "deleted"},
        {"status": "archived"},
        {"status": "sleeping"},
        {"reference_number": "12-99999-99999"},
        {"reference_number": None},
        {"order_number": "SO0001"},
    ],
)
def test_an_old_or_foreign_order_in_reply_to_a_create_is_no_delivery(changes: dict[str, object]) -> None:
    connector, _ = scripted(reply(200, order_body(**changes)))
    with pytest.raises(RejectedError) as caught:
        connector.push_fulfillment(rig().fulfillment(buyer_id="5", address_id="5:6"))
    assert (caught.value.kind, caught.value.value) == ("foreign_order", "9")


@fault("API-15")
@pytest.mark.parametrize("ids", [[], [3, 4]])
def test_a_new_order_with_other_lines_than_were_sent_is_looked_at_by_a_person(ids: list[int]) -> None:
    connector, _ = scripted(reply(201, order_body(order_line_item_ids=ids)))
    with pytest.raises(UnexpectedResponseError):
        connector.push_fulfillment(rig().fulfillment(buyer_id="5", address_id="5:6"))


@fault("CRASH-08")
@pytest.mark.parametrize("spoilt", [429, 422, 401, 503])
def test_once_the_order_is_there_no_later_refusal_says_that_it_is_not(spoilt: int) -> None:
    """Else it would be sent again under another key."""
    lines = tuple(replace(rig().line("LAMP", 1, 100), line_id=f"l{index}") for index in range(251))
    connector, script = scripted(
        reply(201, order_body(order_line_item_ids=list(range(250)))), *[reply(spoilt, b"{}")] * 3
    )
    with pytest.raises((TransientError, UnexpectedResponseError)) as caught:
        connector.push_fulfillment(rig().fulfillment(*lines, buyer_id="5", address_id="5:6"))
    assert not getattr(caught.value, "not_done", False)
    assert len(script.requests) == (4 if spoilt == 401 else 2)  # a fixed token is believed dead the third time


def test_a_budget_that_ends_in_the_middle_of_an_order_leaves_it_unknown() -> None:
    settings = {"order_status": "finalized", "create_invoice": True, "pack_orders": True}
    world = rig(settings, rate_limit=10)
    for _ in range(7):
        world.connector.pull_stock("")
    with pytest.raises(TransientError) as caught:
        world.connector.push_fulfillment(world.fulfillment())
    assert not caught.value.not_done
    world.clock.advance(300)
    world.connector.push_fulfillment(world.fulfillment())
    (order,) = world.vendor.orders()
    assert (order.invoice_status, order.packed_status) == ("invoiced", "packed")


@pytest.mark.parametrize("lost", [Fault.LOST_REPLY, Fault.ERROR_AFTER, Fault.HTML, Fault.THROTTLED])
def test_a_failed_look_for_the_buyer_has_done_nothing(lost: Fault) -> None:
    world = rig(plan=FaultPlan(seed=3))
    world.plan.rates = {lost: 1.0}
    with pytest.raises(TransientError) as caught:
        world.connector.push_fulfillment(world.fulfillment())
    assert caught.value.not_done
    assert world.vendor.rows("companies") == []


def test_lines_that_come_with_the_reply_pair_by_what_they_are() -> None:
    world = rig(sideload_on_create=True)
    lines = (world.line("MUG", 1, 500, "a"), world.line("LAMP", 2, 900, "b"))
    receipt = world.connector.push_fulfillment(world.fulfillment(*lines))
    by_id = {str(line.id): line.sku for line in world.vendor.orders()[0].lines}
    assert [(ours, by_id[theirs]) for ours, theirs in receipt.lines] == [("a", "MUG"), ("b", "LAMP")]


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (200, b"<html>Maintenance</html>", TransientError),
        (201, b"", UnexpectedResponseError),
        (201, b'{"company":{}}', UnexpectedResponseError),
        (201, b'{"order":{"id":null}}', UnexpectedResponseError),
        (302, b"", UnexpectedResponseError),
        (400, b'{"type":"Bad Request","message":"Required parameter missing: order"}', RejectedError),
        (402, b"", AuthError),
        (403, b"", AuthError),
        (408, b"", TransientError),
        (422, b'{"errors":{"issued_at":["can\'t be blank"]}}', RejectedError),
        (422, b"<html>", RejectedError),
        (500, b"<html>", TransientError),
        (503, b"", TransientError),
    ],
)
def test_each_reply_becomes_the_error_that_says_what_happens_next(
    status: int, body: bytes, error: type[Exception]
) -> None:
    connector, _ = scripted(reply(status, body))
    with pytest.raises(error) as caught:
        connector.push_fulfillment(rig().fulfillment(buyer_id="5", address_id="5:6"))
    assert not getattr(caught.value, "not_done", False)


@pytest.mark.parametrize(
    ("complaint", "kind"),
    [
        ("shipping_address.address1", "address"),
        ("billing_address", "address"),
        ("currency", "currency"),
        ("order_line_items.quantity", "lines"),
        ("stock_location", "location"),
        ("something_new", "rejected"),
    ],
)
@fault("API-17")
def test_a_refusal_says_what_it_is_about(complaint: str, kind: str) -> None:
    body = json.dumps({"errors": {complaint: ["can't be blank"]}}).encode()
    connector, _ = scripted(reply(422, body), settings={"customer_matching": "fixed", "company_id": "5"})
    with pytest.raises(RejectedError) as caught:
        connector.push_fulfillment(rig().fulfillment(buyer=Buyer(remote_id=""), buyer_id=""))
    assert caught.value.kind == kind


def test_a_number_that_this_very_order_holds_already_is_as_good_as_done() -> None:
    world = rig(reject_duplicate_order_numbers=True)
    order = world.fulfillment()
    first = world.connector.push_fulfillment(order)
    again = world.connector.push_fulfillment(replace(order, generation=2))
    assert again.remote_id == first.remote_id
    with pytest.raises(RejectedError) as caught:
        world.connector.push_fulfillment(replace(another(order, "12-2"), number=order.number))
    assert caught.value.kind == "duplicate_number"
