"""An order as eBay tells it, made up here, with any part of it changed."""

import copy
from typing import Any

import msgspec

Json = dict[str, Any]


def usd(value: str, currency: str = "USD") -> Json:
    return {"value": value, "currency": currency}


def a_line(**changes: Any) -> Json:
    line: Json = {
        "lineItemId": "10051244401901",
        "legacyItemId": "256000000001",
        "sku": "LAMP-S",
        "title": "Brass desk lamp",
        "lineItemCost": usd("30.0"),
        "quantity": 2,
        "listingMarketplaceId": "EBAY_US",
        "purchaseMarketplaceId": "EBAY_US",
        "lineItemFulfillmentStatus": "NOT_STARTED",
        "deliveryCost": {"shippingCost": usd("4.99")},
        "taxes": [{"amount": usd("0.0")}],
        "lineItemFulfillmentInstructions": {"shipByDate": "2026-11-25T07:59:59.000Z"},
    }
    return {**line, **changes}


def a_contact(**changes: Any) -> Json:
    contact: Json = {
        "fullName": "Ada Tern",
        "contactAddress": {
            "addressLine1": "3 Quay Street",
            "addressLine2": "Flat 2",
            "city": "Portland",
            "stateOrProvince": "ME",
            "postalCode": "04101",
            "countryCode": "US",
        },
        "primaryPhone": {"phoneNumber": "2075550100"},
        "email": "0a1b2c@members.ebay.com",
    }
    return {**contact, **changes}


def an_order(*lines: Json, **changes: Any) -> Json:
    order: Json = {
        "orderId": "07-10512-44019",
        "creationDate": "2026-11-21T09:11:00.000Z",
        "lastModifiedDate": "2026-11-21T09:11:31.000Z",
        "orderFulfillmentStatus": "NOT_STARTED",
        "orderPaymentStatus": "PAID",
        "salesRecordReference": "10482",
        "buyer": {"username": "ada_tern", "buyerRegistrationAddress": a_contact()},
        "pricingSummary": {"deliveryCost": usd("4.99"), "total": usd("34.99")},
        "cancelStatus": {"cancelState": "NONE_REQUESTED", "cancelRequests": []},
        "fulfillmentStartInstructions": [
            {
                "fulfillmentInstructionsType": "SHIP_TO",
                "ebaySupportedFulfillment": False,
                "shippingStep": {"shippingServiceCode": "USPSGroundAdvantage", "shipTo": a_contact()},
            }
        ],
        "lineItems": list(lines) or [a_line()],
    }
    return {**copy.deepcopy(order), **changes}


def encoded(order: Json) -> bytes:
    return msgspec.json.encode(order)
