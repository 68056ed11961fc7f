from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qsl, urlsplit

import pytest

from tranter.connectors.ebay.simulator import Buyer, CollectedTax, Program, Purchase, Want
from tranter.connectors.ebay.simulator.people import LONG_NAME, draw_buyer
from tranter.connectors.ebay.simulator.times import stamp

ORDER = "/sell/fulfillment/v1/order"


def buyer(seller, **changes) -> Buyer:
    return replace(draw_buyer(seller.vendor.shop.random, changes.pop("country", "US"), 1), **changes)


def ids(answer) -> list[str]:
    return [order["orderId"] for order in answer.json["orders"]]


def modified(clock, before: float, until: float = 0) -> str:
    now = clock.now()
    start, end = now - timedelta(seconds=before), now - timedelta(seconds=until)
    return f"lastmodifieddate:[{stamp(start)}..{stamp(end)}]"


def test_a_page_tells_total_limit_offset_and_the_way_on(seller, clock):
    for _ in range(5):
        seller.vendor.buy_one("LAMP-S")
        clock.sleep(60)
    first = seller.orders(limit="2").json
    assert (first["total"], first["limit"], first["offset"], len(first["orders"])) == (5, 2, 0, 2)
    assert "prev" not in first
    found, url = [order["orderId"] for order in first["orders"]], first["next"]
    while url:
        parts = urlsplit(url)
        assert parts.netloc == "sim.ebay"
        page = seller.orders(**dict(parse_qsl(parts.query))).json
        found += [order["orderId"] for order in page["orders"]]
        url = page.get("next")
    assert found == [order.order_id for order in seller.vendor.orders()]


@pytest.mark.parametrize(
    ("query", "error_id"),
    [
        ({"limit": "201"}, 31100),
        ({"limit": "0"}, 31100),
        ({"limit": "x"}, 31100),
        ({"offset": "-1"}, 31000),
        ({"fieldGroups": "EVERYTHING"}, 32800),
        ({"filter": "colour:blue"}, 30700),
        ({"filter": "creationdate:2026-11-20"}, 30800),
        ({"filter": "creationdate:[yesterday..]"}, 30810),
        ({"filter": "creationdate:[..2026-11-20T08:00:00.000Z]"}, 30820),
        ({"filter": "creationdate:[2026-11-20T08:00:00.000Z..2026-11-20T07:00:00.000Z]"}, 30840),
        ({"filter": "creationdate:[2026-11-20T08:00:00.000Z..2026-11-20T09:00:01.000Z]"}, 30850),
        ({"filter": "creationdate:[2024-11-01T08:00:00.000Z..]"}, 30830),
        ({"filter": "orderfulfillmentstatus:NOT_STARTED"}, 30800),
        ({"filter": "orderfulfillmentstatus:{NOT_STARTED}"}, 30800),
        ({"filter": "orderfulfillmentstatus:{NOT_STARTED|FULFILLED}"}, 30800),
        ({"orderIds": ",".join(["01-00001-00001"] * 51)}, 30900),
    ],
)
def test_each_wrong_question_has_its_own_error(seller, query, error_id):
    answer = seller.orders(**query)
    assert (answer.status, answer.error_ids) == (400, [error_id])


def test_a_bare_status_is_taken_when_ebay_is_in_that_mood(open_shop):
    seller = open_shop(bare_fulfillment_status=True)
    seller.vendor.buy_one("LAMP-S")
    assert seller.orders("orderfulfillmentstatus:{NOT_STARTED}").json["total"] == 1


def test_the_status_filter_tells_open_orders_from_sent_ones(seller):
    open_order, sent = seller.vendor.buy_one("LAMP-S"), seller.vendor.buy_one("LAMP-M")
    seller.vendor.ship_by_hand(sent.order_id)
    assert ids(seller.orders("orderfulfillmentstatus:{NOT_STARTED|IN_PROGRESS}")) == [open_order.order_id]
    assert ids(seller.orders("orderfulfillmentstatus:{FULFILLED|IN_PROGRESS}")) == [sent.order_id]


def test_a_creation_date_silences_the_modification_date(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(7000)
    seller.vendor.touch(order.order_id)
    window = modified(clock, 60)
    assert ids(seller.orders(window)) == [order.order_id]
    created = f"creationdate:[{stamp(clock.now() - timedelta(minutes=10))}..]"
    assert ids(seller.orders(f"{created},{window}")) == []
    assert ids(seller.orders(f"{window},{created}")) == []


def test_without_a_filter_the_last_ninety_days_are_shown(seller, clock):
    seller.vendor.buy_one("LAMP-S")
    clock.sleep(91 * 86_400)
    seller.token = seller.refresh()
    recent = seller.vendor.buy_one("LAMP-M")
    assert ids(seller.orders()) == [recent.order_id]


def test_order_ids_override_the_rest_of_the_question(seller):
    first, second = seller.vendor.buy_one("LAMP-S"), seller.vendor.buy_one("LAMP-M")
    asked = f"{second.order_id},99-99999-99999,{first.order_id}"
    answer = seller.orders("colour:blue", orderIds=asked, limit="900")
    assert ids(answer) == [second.order_id, first.order_id]


def test_both_ends_of_a_window_are_inside_it(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    at = stamp(order.modified_at)
    assert ids(seller.orders(f"lastmodifieddate:[{at}..{at}]")) == [order.order_id]


def test_an_order_that_changes_between_two_pages_moves_another_one_out_of_sight(seller, clock):
    orders = []
    for _ in range(4):
        orders.append(seller.vendor.buy_one("LAMP-S"))
        clock.sleep(1)
    clock.sleep(600)
    frozen = modified(clock, 3600)
    first = ids(seller.orders(frozen, limit="2"))
    clock.sleep(1)
    seller.vendor.touch(first[0])
    second = seller.orders(frozen, limit="2", offset="2")
    assert second.json["total"] == 3
    assert len({*first, *ids(second)}) == 3


def test_an_order_is_modified_again_some_minutes_after_it_was_made(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(600)
    body = seller.get(f"{ORDER}/{order.order_id}").json
    assert body["creationDate"] < body["lastModifiedDate"]


def test_a_new_order_can_take_a_while_to_be_seen(open_shop, clock):
    seller = open_shop(visibility_lag_seconds=90)
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(89)
    assert ids(seller.orders()) == []
    assert seller.get(f"{ORDER}/{order.order_id}").status == 404
    clock.sleep(1)
    assert ids(seller.orders()) == [order.order_id]


def test_a_change_can_land_in_a_window_that_was_read_already(open_shop, clock):
    seller = open_shop(index_lag_seconds=120, enrichment=False)
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(3600)
    seller.vendor.touch(order.order_id)
    clock.sleep(60)
    window = modified(clock, 120)
    assert ids(seller.orders(window)) == []
    clock.sleep(60)
    assert ids(seller.orders(window)) == [order.order_id]


def test_an_unpaid_order_is_unseen_and_gets_a_new_id_when_it_is_paid(seller, clock):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"),), paid=False))
    old_id = order.order_id
    assert ids(seller.orders()) == []
    assert seller.get(f"{ORDER}/{old_id}").status == 404
    clock.sleep(900)
    seller.vendor.pay(old_id)
    assert ids(seller.orders()) == [order.order_id]
    assert order.order_id != old_id


def test_order_ids_have_the_shape_of_2026(seller):
    order = seller.vendor.buy_one("LAMP-S")
    head, middle, tail = order.order_id.split("-")
    assert (len(head), len(middle), len(tail)) == (2, 5, 5)
    assert all(len(line.line_item_id) == 14 for line in order.lines)


def test_money_is_written_without_padding(seller):
    wants = (Want("LAMP-S", 2, unit_price=Decimal("20.50"), shipping=Decimal("7.00")),)
    order = seller.vendor.buy(Purchase(wants, untaxed=True))
    pricing = seller.get(f"{ORDER}/{order.order_id}").json["pricingSummary"]
    assert pricing["priceSubtotal"] == {"value": "41.0", "currency": "USD"}
    assert pricing["total"]["value"] == "48.0"


@pytest.mark.parametrize(("currency", "price", "written"), [("JPY", "4085", "4085.0"), ("KWD", "12.345", "12.345")])
def test_currencies_have_no_or_three_decimals_too(seller, currency, price, written):
    want = Want("LAMP-S", unit_price=Decimal(price))
    order = seller.vendor.buy(Purchase((want,), currency=currency, untaxed=True))
    total = seller.get(f"{ORDER}/{order.order_id}").json["pricingSummary"]["total"]
    assert total == {"value": written, "currency": currency}


def test_the_same_order_has_two_totals(seller):
    tax = CollectedTax("STATE_SALES_TAX", Decimal("0.10"))
    order = seller.vendor.buy(Purchase((Want("LAMP-S", unit_price=Decimal(50)),), tax=tax))
    plain = seller.orders().json["orders"][0]
    broken = seller.orders(fieldGroups="TAX_BREAKDOWN").json["orders"][0]
    assert plain["pricingSummary"]["total"]["value"] == "50.0"
    assert broken["pricingSummary"]["total"]["value"] == "55.0"
    assert plain["lineItems"][0]["total"]["value"] == "50.0"
    assert broken["lineItems"][0]["total"]["value"] == "55.0"
    alone = seller.get(f"{ORDER}/{order.order_id}?fieldGroups=TAX_BREAKDOWN").json
    assert alone["lineItems"][0]["ebayCollectAndRemitTaxes"][0]["amount"]["value"] == "5.0"


def test_only_the_single_order_tells_who_asked_for_a_cancellation(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.request_cancel(order.order_id)
    listed = seller.orders().json["orders"][0]["cancelStatus"]
    assert listed == {"cancelState": "IN_PROGRESS", "cancelRequests": []}
    alone = seller.get(f"{ORDER}/{order.order_id}").json["cancelStatus"]
    assert alone["cancelRequests"][0]["cancelRequestState"] == "REQUESTED"


def test_only_the_single_order_tells_the_buyers_tax_id(seller):
    who = buyer(seller, tax_id="ESX1234567X", tax_id_type="NIF", tax_id_country="ES")
    order = seller.vendor.buy(Purchase((Want("LAMP-S"),), who))
    assert "taxIdentifier" not in seller.orders().json["orders"][0]["buyer"]
    alone = seller.get(f"{ORDER}/{order.order_id}").json["buyer"]["taxIdentifier"]
    assert alone == {"taxpayerId": "ESX1234567X", "taxIdentifierType": "NIF", "issuingCountry": "ES"}


def test_a_refused_request_lets_the_order_go_on(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.request_cancel(order.order_id)
    seller.vendor.reject_cancel(order.order_id)
    status = seller.get(f"{ORDER}/{order.order_id}").json["cancelStatus"]
    assert status["cancelState"] == "NONE_REQUESTED"
    assert status["cancelRequests"][0]["cancelRequestState"] == "REJECTED"


def test_a_canceled_order_is_refunded_in_full(seller):
    order = seller.vendor.buy_one("LAMP-S")
    seller.vendor.cancel(order.order_id)
    body = seller.get(f"{ORDER}/{order.order_id}").json
    assert body["cancelStatus"]["cancelState"] == "CANCELED"
    assert body["orderPaymentStatus"] == "FULLY_REFUNDED"
    assert body["paymentSummary"]["refunds"][0]["amount"] == body["pricingSummary"]["total"]


def test_one_refunded_line_makes_the_order_partially_refunded(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"), Want("LAMP-M"))))
    seller.vendor.refund_line(order.order_id, order.lines[0].line_item_id)
    body = seller.get(f"{ORDER}/{order.order_id}").json
    assert body["orderPaymentStatus"] == "PARTIALLY_REFUNDED"
    assert [len(line["refunds"]) for line in body["lineItems"]] == [1, 0]


def test_international_shipping_goes_to_the_hub_with_a_reference(seller):
    who = buyer(seller, country="DE")
    wants = (Want("LAMP-S"),)
    order = seller.vendor.buy(Purchase(wants, who, program=Program.INTERNATIONAL_SHIPPING))
    start = seller.get(f"{ORDER}/{order.order_id}").json["fulfillmentStartInstructions"][0]
    assert start["ebaySupportedFulfillment"] is True
    assert start["shippingStep"]["shipTo"]["contactAddress"]["countryCode"] == "US"
    assert "email" not in start["shippingStep"]["shipTo"]
    assert start["shippingStep"]["shipToReferenceId"] == f"Reference #{order.reference_id}"
    assert start["finalDestinationAddress"]["countryCode"] == "DE"


def test_a_parcel_into_the_european_union_carries_the_ioss_number(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"),), buyer(seller, country="DE")))
    tax = seller.get(f"{ORDER}/{order.order_id}").json["lineItems"][0]["ebayCollectAndRemitTaxes"][0]
    assert tax["ebayReference"] == {"name": "IOSS", "value": "IM2760000000"}


def test_what_ebay_fulfills_has_no_address_to_ship_to(seller):
    order = seller.vendor.buy(Purchase((Want("LAMP-S"),), program=Program.FULFILLED_BY_EBAY))
    start = seller.get(f"{ORDER}/{order.order_id}").json["fulfillmentStartInstructions"][0]
    assert start["fulfillmentInstructionsType"] == "FULFILLED_BY_EBAY"
    assert "shippingStep" not in start


def test_a_variation_shows_its_own_sku_and_aspects(seller):
    order = seller.vendor.buy_one("KETL-S")
    line = seller.get(f"{ORDER}/{order.order_id}").json["lineItems"][0]
    assert line["sku"] == "KETL-S"
    assert line["legacyVariationId"]
    assert {"name": "Size", "value": "small"} in line["variationAspects"]


def test_emoji_long_names_and_missing_phones_come_through(seller):
    who = buyer(seller, name=f"🧵 {LONG_NAME}"[:300], phone="")
    order = seller.vendor.buy(Purchase((Want(""),), who, note="🎁"))
    body = seller.get(f"{ORDER}/{order.order_id}").json
    contact = body["fulfillmentStartInstructions"][0]["shippingStep"]["shipTo"]
    assert contact["fullName"] == who.name
    assert "primaryPhone" not in contact
    assert body["buyerCheckoutNotes"] == "🎁"
    assert "sku" not in body["lineItems"][0]


def test_an_order_can_have_five_hundred_lines(seller):
    order = seller.vendor.buy(Purchase(tuple(Want("LAMP-S") for _ in range(500))))
    assert len(seller.get(f"{ORDER}/{order.order_id}").json["lineItems"]) == 500


def test_personal_data_fades_with_time(seller, clock):
    order = seller.vendor.buy_one("LAMP-S")
    clock.sleep(15 * 86_400)
    seller.token = seller.refresh()
    contact = seller.get(f"{ORDER}/{order.order_id}").json["buyer"]["buyerRegistrationAddress"]
    assert "email" not in contact
    assert "fullName" in contact
    clock.sleep(76 * 86_400)
    seller.token = seller.refresh()
    contact = seller.get(f"{ORDER}/{order.order_id}").json["buyer"]["buyerRegistrationAddress"]
    assert "fullName" not in contact
    assert "addressLine1" not in contact["contactAddress"]


def test_an_order_id_that_cannot_be_one_is_invalid_and_an_unknown_one_is_not_found(seller):
    assert seller.get(f"{ORDER}/what%20is%20this").error_ids == [32100]
    assert seller.get(f"{ORDER}/01-00000-00001").status == 404
