import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.connectors.ebay.payloads import Json, a_contact, a_line, an_order, encoded, usd
from tranter.connectors.ebay import mapping
from tranter.connectors.ebay.mapping import Reading
from tranter.connectors.ebay.words import BlankSku, OrderNumber
from tranter.model import CartState, Money, Order, TaxReference, Unreadable
from tranter.testing.faultmark import fault


def read(order: Json, **reading: Any) -> Order:
    return mapping.order(encoded(order), Reading(**reading))


def test_an_order_arrives_with_everything_the_warehouse_needs() -> None:
    order = read(an_order(buyerCheckoutNotes="Ring twice"))
    assert order.remote_id == order.number == "07-10512-44019"
    assert (order.state, order.marketplace, order.currency) == (CartState.OPEN, "EBAY_US", "USD")
    assert order.ordered_at == datetime(2026, 11, 21, 9, 11, tzinfo=UTC)
    assert order.ship_to is not None
    assert order.ship_to.lines == ("3 Quay Street", "Flat 2")
    assert order.bill_to is not None
    assert order.bill_to.name == "Ada Tern"
    assert (order.buyer.remote_id, order.buyer.phone) == ("ada_tern", "2075550100")
    assert (order.ship_method, order.note) == ("USPSGroundAdvantage", "Ring twice")
    assert order.ship_by == datetime(2026, 11, 25, 7, 59, 59, tzinfo=UTC)
    assert order.total == Money(3499, "USD")
    line = order.lines[0]
    assert (line.sku, line.quantity, line.amount) == ("LAMP-S", 2, Money(3000, "USD"))
    assert line.unit_price == Money(1500, "USD")
    assert (order.adapted, line.trouble) == ((), "")


def canceling(state: str, *requests: Json) -> Json:
    return {"cancelState": state, "cancelRequests": list(requests)}


ASKED = {"cancelRequestState": "REQUESTED", "cancelInitiator": "Buyer", "cancelReason": "ORDER_MISTAKE"}
DECLINED = {**ASKED, "cancelRequestState": "REJECTED"}


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, CartState.OPEN),
        ({"orderPaymentStatus": "PARTIALLY_REFUNDED"}, CartState.OPEN),
        ({"orderFulfillmentStatus": "IN_PROGRESS"}, CartState.OPEN),
        ({"orderPaymentStatus": "PENDING"}, CartState.WAITING),
        ({"orderPaymentStatus": "FAILED"}, CartState.WAITING),
        ({"orderPaymentStatus": "FULLY_REFUNDED"}, CartState.CANCELED),
        ({"cancelStatus": canceling("CANCELED")}, CartState.CANCELED),
        ({"cancelStatus": canceling("IN_PROGRESS")}, CartState.CANCEL_REQUESTED),
        ({"cancelStatus": canceling("NONE_REQUESTED", ASKED)}, CartState.CANCEL_REQUESTED),
        ({"cancelStatus": canceling("NONE_REQUESTED", DECLINED)}, CartState.OPEN),
        ({"cancelStatus": canceling("IN_PROGRESS"), "orderPaymentStatus": "PENDING"}, CartState.CANCEL_REQUESTED),
        ({"orderFulfillmentStatus": "FULFILLED"}, CartState.SHIPPED),
        ({"orderFulfillmentStatus": "FULFILLED", "orderPaymentStatus": "FULLY_REFUNDED"}, CartState.SHIPPED),
        ({"program": {"fulfillmentProgram": {"fulfilledBy": "EBAY"}}}, CartState.SKIPPED),
        ({"program": {"ebayVault": {"fulfillmentType": "VAULT_TO_BUYER"}}}, CartState.SKIPPED),
        (
            {"fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "FULFILLED_BY_EBAY"}]},
            CartState.SKIPPED,
        ),
        ({"fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "DIGITAL"}]}, CartState.SKIPPED),
    ],
)
def test_only_what_is_paid_and_neither_sent_nor_canceled_is_taken(changes: Json, state: CartState) -> None:
    order = read(an_order(**changes))
    assert order.state is state
    assert bool(order.state_reason) is (state is not CartState.OPEN)


def test_the_buyers_reason_to_cancel_is_told() -> None:
    order = read(an_order(cancelStatus=canceling("IN_PROGRESS", ASKED)))
    assert order.state_reason == "Buyer: ORDER_MISTAKE"


def test_a_hold_of_the_sellers_money_does_not_hold_the_parcel() -> None:
    payment = {"paymentStatus": "PAID", "paymentHolds": [{"holdState": "HELD", "holdAmount": usd("34.99")}]}
    assert read(an_order(paymentSummary={"payments": [payment]})).state is CartState.OPEN


@fault("API-10")
@pytest.mark.parametrize(
    "changes",
    [
        {"orderFulfillmentStatus": "TELEPORTED"},
        {"orderPaymentStatus": "BARTERED"},
        {"cancelStatus": {"cancelState": "PERHAPS"}},
        {"fulfillmentStartInstructions": [{"fulfillmentInstructionsType": "BY_DRONE"}]},
    ],
)
def test_an_unknown_status_word_names_itself_and_waits(changes: Json) -> None:
    with pytest.raises(Unreadable) as caught:
        read(an_order(**changes))
    assert "new word" in caught.value.cause
    assert caught.value.remedy


def test_a_line_that_is_sent_already_is_left_out_and_counted() -> None:
    sent = a_line(lineItemId="1", lineItemFulfillmentStatus="FULFILLED")
    left = a_line(lineItemId="2", lineItemCost=usd("12.5"), quantity=1)
    pricing = {"deliveryCost": usd("9.98"), "total": usd("52.48")}
    order = read(an_order(sent, left, orderFulfillmentStatus="IN_PROGRESS", pricingSummary=pricing))
    assert [line.line_id for line in order.lines] == ["2"]
    assert order.shipped_quantities == (("1", 2),)
    assert order.total == Money(1250 + 499, "USD")
    assert order.adapted == ("1 of 2 lines are sent already and left out",)


def test_an_order_whose_every_line_is_sent_has_nothing_left_to_send() -> None:
    sent = a_line(lineItemFulfillmentStatus="FULFILLED")
    order = read(an_order(sent, orderFulfillmentStatus="IN_PROGRESS"))
    assert (order.state, order.lines) == (CartState.SKIPPED, ())


def test_a_shipped_order_still_shows_what_was_in_it() -> None:
    sent = a_line(lineItemFulfillmentStatus="FULFILLED")
    order = read(an_order(sent, orderFulfillmentStatus="FULFILLED"))
    assert [line.sku for line in order.lines] == ["LAMP-S"]
    assert order.shipped_quantities == ((sent["lineItemId"], 2),)


def test_a_fully_refunded_line_waits_for_a_person_and_a_part_refund_does_not() -> None:
    full = read(an_order(a_line(refunds=[{"amount": usd("30.0")}]), orderPaymentStatus="PARTIALLY_REFUNDED"))
    part = read(an_order(a_line(refunds=[{"amount": usd("10.0")}]), orderPaymentStatus="PARTIALLY_REFUNDED"))
    assert "refunded" in full.lines[0].trouble
    assert part.lines[0].trouble == ""


def test_what_the_buyer_got_back_is_told_but_for_what_failed() -> None:
    refunds = [{"amount": usd("3.00"), "refundStatus": "REFUNDED"}, {"amount": usd("2.00"), "refundStatus": "PENDING"}]
    failed = {"amount": usd("9.00"), "refundStatus": "FAILED"}
    order = read(an_order(a_line(), paymentSummary={"refunds": [*refunds, failed]}))
    assert order.refunded == Money.parse("5.00", "USD")
    assert read(an_order(a_line())).refunded is None


def test_a_discounted_line_counts_as_refunded_by_what_was_paid_for_it() -> None:
    line = a_line(discountedLineItemCost=usd("25.0"), refunds=[{"amount": usd("25.0")}])
    pricing = {"priceDiscount": usd("-5.0"), "deliveryCost": usd("4.99"), "total": usd("29.99")}
    order = read(an_order(line, pricingSummary=pricing))
    assert "refunded" in order.lines[0].trouble


@pytest.mark.parametrize(
    ("choice", "sku"), [(BlankSku.HOLD, ""), (BlankSku.ITEM_ID, "256000000001"), (BlankSku.FIXED, "MISC")]
)
def test_a_blank_item_code_becomes_what_the_merchant_chose(choice: BlankSku, sku: str) -> None:
    order = read(an_order(a_line(sku=" ")), blank_sku=choice, fixed_sku="MISC")
    assert order.lines[0].sku == sku
    assert bool(order.lines[0].trouble) is (choice is BlankSku.HOLD)


def test_two_variations_without_codes_never_become_the_same_item() -> None:
    lines = (a_line(sku="", legacyVariationId="5001"), a_line(sku="", legacyVariationId="5002", lineItemId="2"))
    order = read(an_order(*lines), blank_sku=BlankSku.ITEM_ID)
    assert [line.sku for line in order.lines] == ["256000000001-5001", "256000000001-5002"]


def test_the_number_that_people_use_is_chosen_and_falls_back_with_a_note() -> None:
    assert read(an_order(), order_number=OrderNumber.SALES_RECORD).number == "10482"
    without = read(an_order(salesRecordReference=""), order_number=OrderNumber.SALES_RECORD)
    assert without.number == without.remote_id
    assert without.adapted


def test_zero_of_an_item_is_trouble_and_less_is_unreadable() -> None:
    assert "0" in read(an_order(a_line(quantity=0))).lines[0].trouble
    with pytest.raises(Unreadable):
        read(an_order(a_line(quantity=-1)))


# tax and totals


def taxed(breakdown: bool) -> Json:
    tax = {"taxType": "STATE_SALES_TAX", "amount": usd("2.48")}
    line = a_line(taxes=[tax], ebayCollectAndRemitTaxes=[{**tax, "collectionMethod": "NET"}])
    return an_order(line, pricingSummary={"deliveryCost": usd("4.99"), "total": usd("37.47" if breakdown else "34.99")})


@pytest.mark.parametrize("breakdown", [True, False])
def test_tax_that_ebay_collects_is_never_the_sellers(breakdown: bool) -> None:
    order = read(taxed(breakdown))
    assert (order.total, order.tax) == (Money(3499, "USD"), Money(0, "USD"))
    assert order.collected_tax == Money(248, "USD")
    assert order.adapted == ()


def test_the_sellers_own_tax_is_the_sellers() -> None:
    line = a_line(taxes=[{"taxType": "VAT", "amount": usd("6.0")}])
    order = read(an_order(line, pricingSummary={"deliveryCost": usd("4.99"), "total": usd("40.99")}))
    assert (order.tax, order.total, order.lines[0].tax) == (Money(600, "USD"), Money(4099, "USD"), Money(600, "USD"))


def test_discounts_are_positive_and_shipping_is_what_was_paid_for_it() -> None:
    pricing = {
        "priceDiscount": usd("-5.0"),
        "deliveryCost": usd("7.5"),
        "deliveryDiscount": usd("-2.5"),
        "total": usd("30.0"),
    }
    order = read(an_order(a_line(discountedLineItemCost=usd("25.0")), pricingSummary=pricing))
    assert (order.discount, order.shipping, order.total) == (Money(500, "USD"), Money(500, "USD"), Money(3000, "USD"))
    assert order.lines[0].discount == Money(500, "USD")


def test_a_price_adjustment_is_not_lost() -> None:
    pricing = {"deliveryCost": usd("4.99"), "adjustment": usd("-1.0"), "total": usd("33.99")}
    order = read(an_order(pricingSummary=pricing))
    assert (order.discount, order.total) == (Money(100, "USD"), Money(3399, "USD"))
    pricing["adjustment"], pricing["total"] = usd("1.0"), usd("35.99")
    assert read(an_order(pricingSummary=pricing)).total == Money(3599, "USD")


def test_a_total_that_does_not_add_up_is_told() -> None:
    order = read(an_order(pricingSummary={"deliveryCost": usd("4.99"), "total": usd("99.0")}))
    assert order.total == Money(3499, "USD")
    assert order.adapted == ("eBay's total is 99.00, its parts add up to 34.99: the parts count",)


@fault("DATA-06")
@pytest.mark.parametrize(
    ("currency", "cost", "total", "minor"),
    [("JPY", "1500.0", "1500", 1500), ("KWD", "12.345", "12.345", 12345), ("USD", "4085.0", "4085.0", 408500)],
)
def test_money_of_any_currency_is_exact(currency: str, cost: str, total: str, minor: int) -> None:
    line = a_line(lineItemCost=usd(cost, currency), quantity=1, deliveryCost={}, taxes=[])
    order = read(an_order(line, pricingSummary={"total": usd(total, currency)}))
    assert order.total == order.lines[0].amount == Money(minor, currency)


def test_a_converted_amount_counts_in_the_orders_own_currency() -> None:
    cost = {"value": "27.1", "currency": "EUR", "convertedFromValue": "30.0", "convertedFromCurrency": "USD"}
    assert read(an_order(a_line(lineItemCost=cost))).lines[0].amount == Money(3000, "USD")


def test_amounts_of_two_currencies_are_never_added() -> None:
    with pytest.raises(Unreadable, match="currencies"):
        read(an_order(a_line(lineItemCost=usd("30.0", "GBP"))))


@pytest.mark.parametrize("value", ["free", "", "NaN", "1e99"])
def test_an_amount_that_is_none_is_unreadable(value: str) -> None:
    with pytest.raises(Unreadable, match="amount"):
        read(an_order(a_line(lineItemCost=usd(value))))


def test_numbers_that_customs_want_travel_along() -> None:
    tax = {
        "taxType": "VAT",
        "amount": usd("7.6"),
        "ebayReference": {"name": "IOSS", "value": "IM0000000001"},
    }
    lines = (a_line(ebayCollectAndRemitTaxes=[tax]), a_line(lineItemId="2", ebayCollectAndRemitTaxes=[tax]))
    assert read(an_order(*lines)).tax_references == (TaxReference("IOSS", "IM0000000001"),)


def test_the_buyers_tax_number_travels_along() -> None:
    buyer = {
        "username": "b",
        "taxIdentifier": {"taxpayerId": "AAA", "tax": 1, "taxIdentifierType": "CODICE_FISCALE"},
    }
    found = read(an_order(buyer=buyer)).buyer
    assert (found.tax_id, found.tax_id_kind) == ("AAA", "CODICE_FISCALE")


# places


def through_a_hub() -> Json:
    hub = {
        "addressLine1": "400 Parcel Hub Road",
        "city": "Erlanger",
        "stateOrProvince": "KY",
        "postalCode": "41018",
        "countryCode": "US",
    }
    return {
        "fulfillmentInstructionsType": "SHIP_TO",
        "ebaySupportedFulfillment": True,
        "shippingStep": {
            "shippingServiceCode": "X",
            "shipToReferenceId": "Reference #A1B2",
            "shipTo": {"fullName": "Hans Beispiel", "contactAddress": hub},
        },
        "finalDestinationAddress": {"addressLine1": "Am Ziel 1", "city": "Berlin", "countryCode": "DE"},
    }


def test_a_forwarded_parcel_goes_to_the_hub_and_never_to_its_final_destination() -> None:
    payload = an_order(fulfillmentStartInstructions=[through_a_hub()])
    order = read(payload)
    assert order.ship_to is not None
    assert (order.ship_to.city, order.ship_to.reference) == ("Erlanger", "Reference #A1B2")
    assert "Ziel" not in repr(order)
    assert "@" not in repr(order), "the buyer's e-mail is not for the forwarder"


def test_an_order_without_a_street_waits_while_it_is_to_be_sent() -> None:
    aged: Json = {"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": {"contactAddress": {}}}}
    with pytest.raises(Unreadable, match="90 days"):
        read(an_order(fulfillmentStartInstructions=[aged]))
    canceled = an_order(fulfillmentStartInstructions=[aged], cancelStatus=canceling("CANCELED"))
    assert read(canceled).state is CartState.CANCELED


@fault("DATA-01")
@pytest.mark.parametrize(
    "name", ["Zoë 🧵👩‍🚀 Okafor", "🇺🇳 flag", "مرحبا \u202eRTL", "x" * 300, 'quote " and \\ back', "Ａｄａ"]
)
def test_names_arrive_as_they_were_written(name: str) -> None:
    contact = a_contact(fullName=name)
    step = {"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": contact}}
    payload = an_order(
        fulfillmentStartInstructions=[step],
        buyer={"username": "b", "buyerRegistrationAddress": contact},
        buyerCheckoutNotes=name,
    )
    order = read(payload)
    assert order.ship_to is not None
    assert order.ship_to.name == order.buyer.name == order.note == name


def test_a_missing_phone_is_noted_without_personal_data() -> None:
    contact = a_contact()
    del contact["primaryPhone"]
    step = {"fulfillmentInstructionsType": "SHIP_TO", "shippingStep": {"shipTo": contact}}
    order = read(an_order(fulfillmentStartInstructions=[step]))
    assert order.adapted == ("there is no phone number: the order goes without",)


def test_a_title_that_is_only_the_item_id_is_noted() -> None:
    assert "on hold" in read(an_order(a_line(title="256000000001"))).adapted[0]


# what can't be read


@pytest.mark.parametrize("payload", [b"", b"null", b"[]", b'"x"', b"{}", b'{"orderId": "1"', b"<html></html>"])
def test_a_record_that_is_no_order_waits_with_a_cause_and_a_remedy(payload: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        mapping.order(payload, Reading())
    assert caught.value.cause
    assert caught.value.remedy


@pytest.mark.parametrize("missing", ["orderId", "creationDate", "pricingSummary", "orderPaymentStatus", "lineItems"])
def test_a_missing_part_is_named(missing: str) -> None:
    payload = an_order()
    del payload[missing]
    with pytest.raises(Unreadable, match=missing):
        mapping.order(encoded(payload), Reading())


def test_an_order_without_lines_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="no lines"):
        read(an_order(lineItems=[]))


def test_a_cause_holds_no_personal_data() -> None:
    payload = an_order(buyer={"username": "ada", "buyerRegistrationAddress": {"fullName": ["Ada Secret"]}})
    with pytest.raises(Unreadable) as caught:
        mapping.order(encoded(payload), Reading())
    assert "Secret" not in caught.value.cause


def test_nulls_and_quoted_numbers_are_read() -> None:
    payload = an_order(a_line(quantity="2", sku=None), buyerCheckoutNotes=None, program=None)
    order = read(payload)
    assert (order.lines[0].quantity, order.note) == (2, "")


def test_five_hundred_lines_arrive() -> None:
    lines = [a_line(lineItemId=str(n), lineItemCost=usd(f"{n}.01"), quantity=1, taxes=[]) for n in range(500)]
    total = sum(n * 100 + 1 for n in range(500))
    order = read(an_order(*lines, pricingSummary={"total": usd(f"{total / 100:.2f}")}))
    assert len(order.lines) == 500
    assert (order.total.minor, order.adapted) == (total, ())


@pytest.mark.parametrize("name", ["order_full.json", "order_eis_international.json"])
def test_the_recorded_orders_are_read_to_the_cent(shared: Path, name: str) -> None:
    payload = (shared / "contracts" / "ebay" / "samples" / name).read_bytes()
    order = mapping.order(payload, Reading())
    said = json.loads(payload)["pricingSummary"]["total"]
    assert order.total == Money.parse(said["value"], said["currency"])
    assert order.state is CartState.OPEN
    assert (order.adapted, order.collected_tax.minor > 0) == ((), True)
