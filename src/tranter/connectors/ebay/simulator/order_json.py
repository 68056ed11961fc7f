"""An order as the Fulfillment API shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tranter.connectors.ebay.simulator.money import ZERO, amount, rounded
from tranter.connectors.ebay.simulator.orders import (
    Address,
    Buyer,
    CancelRequest,
    CollectedTax,
    Line,
    Order,
    Payment,
    Program,
    Refund,
)
from tranter.connectors.ebay.simulator.times import stamp

Json = dict[str, Any]
HUB = Address("400 Parcel Hub Road", "Erlanger", "US", "", "KY", "41018")
AUTHENTICATOR = Address("12 Verification Way", "Las Vegas", "US", "", "NV", "89119")
FEE_SHARE = Decimal("0.1325")
PERSONAL_DAYS = 90
EMAIL_DAYS = 14


@dataclass(frozen=True)
class View:
    """How an order is looked at: by whom, when, and in which of eBay's two ways of adding up."""

    origin: str
    seller: str
    now: datetime
    alone: bool = False
    tax_breakdown: bool = False


def order_json(order: Order, view: View) -> Json:
    age = view.now - order.created_at
    personal, email = age <= timedelta(days=PERSONAL_DAYS), age <= timedelta(days=EMAIL_DAYS)
    body: Json = {
        "orderId": order.order_id,
        "legacyOrderId": order.order_id,
        "creationDate": stamp(order.created_at),
        "lastModifiedDate": stamp(order.modified_at),
        "orderFulfillmentStatus": order.progress.value,
        "orderPaymentStatus": order.payment.value,
        "sellerId": view.seller,
        "salesRecordReference": order.sales_record,
        "buyer": _buyer(order.buyer, order.ship_to, view.alone),
    }
    if order.note:
        body["buyerCheckoutNotes"] = order.note
    body["pricingSummary"] = _pricing(order, view.tax_breakdown)
    body["cancelStatus"] = _cancel_status(order, view.alone)
    body["paymentSummary"] = _payment(order)
    if program := _program(order.program):
        body["program"] = program
    body["fulfillmentStartInstructions"] = [_instruction(order)]
    body["fulfillmentHrefs"] = [
        f"{view.origin}/sell/fulfillment/v1/order/{order.order_id}/shipping_fulfillment/{parcel.fulfillment_id}"
        for parcel in order.parcels
    ]
    body["lineItems"] = [_line(order, line, view.tax_breakdown) for line in order.lines]
    if order.collected_tax:
        body["ebayCollectAndRemitTax"] = True
    basis = order.total + order.collected_tax
    body["totalFeeBasisAmount"] = amount(basis, order.currency)
    body["totalMarketplaceFee"] = amount(_fee(order), order.currency)
    for path, value in order.distorted.items():
        _distort(body, path.split("."), value)
    return _redacted(body, personal, email)


def _fee(order: Order) -> Decimal:
    return rounded((order.total + order.collected_tax) * FEE_SHARE, order.currency)


def _buyer(buyer: Buyer, ship_to: Address, alone: bool) -> Json:
    body: Json = {
        "username": buyer.username,
        "taxAddress": _filled(
            city=ship_to.city,
            stateOrProvince=ship_to.state,
            postalCode=ship_to.postal_code,
            countryCode=ship_to.country,
        ),
        "buyerRegistrationAddress": _contact(buyer, buyer.address),
    }
    if alone and buyer.tax_id:
        body["taxIdentifier"] = _filled(
            taxpayerId=buyer.tax_id,
            taxIdentifierType=buyer.tax_id_type,
            issuingCountry=buyer.tax_id_country,
        )
    return body


def _contact(buyer: Buyer, address: Address) -> Json:
    body: Json = {"fullName": buyer.name}
    if buyer.company:
        body["companyName"] = buyer.company
    body["contactAddress"] = _address(address)
    if buyer.phone:
        body["primaryPhone"] = {"phoneNumber": buyer.phone}
    body["email"] = buyer.email
    return body


def _address(address: Address) -> Json:
    return _filled(
        addressLine1=address.line1,
        addressLine2=address.line2,
        city=address.city,
        stateOrProvince=address.state,
        postalCode=address.postal_code,
        countryCode=address.country,
    )


def _filled(**values: str) -> Json:
    return {key: value for key, value in values.items() if value}


def _pricing(order: Order, tax_breakdown: bool) -> Json:
    """With TAX_BREAKDOWN the tax that eBay collects is inside the total, without it is not."""
    money = order.currency
    discount = sum((line.discount for line in order.lines), ZERO)
    postage_discount = sum((line.shipping_discount for line in order.lines), ZERO)
    body: Json = {"priceSubtotal": amount(sum((line.cost for line in order.lines), ZERO), money)}
    if discount:
        body["priceDiscount"] = amount(-discount, money)
    body["deliveryCost"] = amount(sum((line.shipping for line in order.lines), ZERO), money)
    if postage_discount:
        body["deliveryDiscount"] = amount(-postage_discount, money)
    body["total"] = amount(order.total + (order.collected_tax if tax_breakdown else ZERO), money)
    return body


def _cancel_status(order: Order, alone: bool) -> Json:
    """Only `getOrder` tells the requests; `getOrders` always shows an empty list."""
    body: Json = {"cancelState": order.cancel_state.value}
    if order.canceled_at:
        body["cancelledDate"] = stamp(order.canceled_at)
    body["cancelRequests"] = [_cancel_request(each) for each in order.cancel_requests] if alone else []
    return body


def _cancel_request(request: CancelRequest) -> Json:
    body = {
        "cancelRequestId": request.request_id,
        "cancelInitiator": request.initiator,
        "cancelReason": request.reason,
        "cancelRequestedDate": stamp(request.requested_at),
        "cancelRequestState": request.state,
    }
    if request.completed_at:
        body["cancelCompletedDate"] = stamp(request.completed_at)
    return body


def _payment(order: Order) -> Json:
    """`totalDueSeller` and the payment are the total less the fee, whatever the documents say (June 2026)."""
    due = order.total - _fee(order)
    returned = sum((refund.amount for refund in order.refunds), ZERO)
    payment: Json = {"paymentMethod": "EBAY", "paymentReferenceId": f"{order.sales_record}_S"}
    if order.paid_at:
        payment["paymentDate"] = stamp(order.paid_at)
    payment["amount"] = amount(due, order.currency)
    payment["paymentStatus"] = "PENDING" if order.payment is Payment.PENDING else "PAID"
    return {
        "totalDueSeller": amount(max(ZERO, due - returned), order.currency),
        "refunds": [{**_refund(each, order.currency), "refundStatus": "REFUNDED"} for each in order.refunds],
        "payments": [payment],
    }


def _refund(refund: Refund, currency: str) -> Json:
    return {
        "refundDate": stamp(refund.at),
        "amount": amount(refund.amount, currency),
        "refundId": refund.refund_id,
        "refundReferenceId": f"R{refund.refund_id}",
    }


def _program(program: Program) -> Json | None:
    match program:
        case Program.NONE:
            return None
        case Program.INTERNATIONAL_SHIPPING:
            return {"ebayInternationalShipping": {"returnsManagedBy": "EBAY"}}
        case Program.AUTHENTICITY:
            return {"authenticityVerification": {"status": "PENDING"}}
        case Program.FULFILLED_BY_EBAY:
            return {"fulfillmentProgram": {"fulfilledBy": "EBAY"}}


def _instruction(order: Order) -> Json:
    through_ebay = order.program in (Program.INTERNATIONAL_SHIPPING, Program.AUTHENTICITY)
    mine = order.program is not Program.FULFILLED_BY_EBAY
    body: Json = {
        "fulfillmentInstructionsType": "SHIP_TO" if mine else "FULFILLED_BY_EBAY",
        **_estimate(order),
        "ebaySupportedFulfillment": through_ebay,
    }
    if mine:
        body["shippingStep"] = _shipping_step(order, through_ebay)
    if through_ebay:
        body["finalDestinationAddress"] = _address(order.ship_to)
    return body


def _shipping_step(order: Order, through_ebay: bool) -> Json:
    step: Json = {"shippingCarrierCode": order.carrier, "shippingServiceCode": order.service}
    if not through_ebay:
        return {**step, "shipTo": _contact(order.buyer, order.ship_to)}
    hub = AUTHENTICATOR if order.program is Program.AUTHENTICITY else HUB
    step["shipToReferenceId"] = f"Reference #{order.reference_id}"
    step["shipTo"] = {
        "fullName": order.buyer.name,
        "contactAddress": _address(hub),
        "primaryPhone": {"phoneNumber": "8595550142"},
    }
    return step


def _estimate(order: Order) -> Json:
    return {
        "minEstimatedDeliveryDate": stamp(order.created_at + timedelta(days=4)),
        "maxEstimatedDeliveryDate": stamp(order.created_at + timedelta(days=9)),
    }


def _line(order: Order, line: Line, tax_breakdown: bool) -> Json:
    money = order.currency
    body: Json = {"lineItemId": line.line_item_id, "legacyItemId": line.listing_id}
    if line.variation_id:
        body["legacyVariationId"] = line.variation_id
        body["variationAspects"] = [{"name": name, "value": value} for name, value in line.aspects.items()]
    if line.sku:
        body["sku"] = line.sku
    body["title"] = line.title
    body["lineItemCost"] = amount(line.cost, money)
    if line.discount:
        body["discountedLineItemCost"] = amount(line.cost - line.discount, money)
    body |= {
        "quantity": line.quantity,
        "soldFormat": "FIXED_PRICE",
        "listingMarketplaceId": line.listing_marketplace,
        "purchaseMarketplaceId": line.purchase_marketplace,
        "lineItemFulfillmentStatus": order.line_progress(line).value,
        "total": amount(line.total + (line.collected_tax if tax_breakdown else ZERO), money),
        "deliveryCost": _delivery_cost(order, line),
        "appliedPromotions": _promotions(line, money),
        "taxes": [_seller_tax(order.tax, line, money)],
    }
    if order.tax and line.collected_tax:
        body["ebayCollectAndRemitTaxes"] = [_collected(order.tax, line, money)]
    if line.refunds:
        body["refunds"] = [_refund(refund, money) for refund in line.refunds]
    else:
        body["refunds"] = []
    body["properties"] = {"buyerProtection": True}
    body["lineItemFulfillmentInstructions"] = {
        **_estimate(order),
        "shipByDate": stamp(order.created_at + timedelta(days=2)),
        "guaranteedDelivery": False,
    }
    body["itemLocation"] = {"location": "Reno, Nevada", "countryCode": "US", "postalCode": "89502"}
    return body


def _delivery_cost(order: Order, line: Line) -> Json:
    body: Json = {"shippingCost": amount(line.shipping, order.currency)}
    if line.shipping_discount:
        body["discountAmount"] = amount(line.shipping_discount, order.currency)
    if order.program is Program.INTERNATIONAL_SHIPPING:
        body["importCharges"] = amount(line.total / 10, order.currency)
        body["shippingIntermediationFee"] = amount(line.total / 20, order.currency)
    return body


def _promotions(line: Line, currency: str) -> list[Json]:
    if not line.discount:
        return []
    promotion = {
        "discountAmount": amount(line.discount, currency),
        "promotionId": "5042000001",
        "description": "Order discount",
    }
    return [promotion]


def _seller_tax(tax: CollectedTax | None, line: Line, currency: str) -> Json:
    """Without any tax eBay still sends one entry of 0.0 that has no type (seen June 2026)."""
    if tax is None:
        return {"amount": amount(ZERO, currency)}
    return {"amount": amount(line.collected_tax, currency), "taxType": tax.tax_type}


def _collected(tax: CollectedTax, line: Line, currency: str) -> Json:
    body: Json = {
        "taxType": tax.tax_type,
        "amount": amount(line.collected_tax, currency),
        "collectionMethod": "NET",
    }
    if tax.reference_name:
        body["ebayReference"] = {"name": tax.reference_name, "value": tax.reference_value}
    return body


def _redacted(body: Json, personal: bool, email: bool) -> Json:
    """Who bought fades with time: the address and the name after 90 days, the e-mail after 14."""
    if personal and email:
        return body
    contacts = [body["buyer"]["buyerRegistrationAddress"]]
    contacts += [
        step["shippingStep"]["shipTo"] for step in body["fulfillmentStartInstructions"] if "shippingStep" in step
    ]
    for contact in contacts:
        contact.pop("email", None)
        if not personal:
            contact.pop("fullName", None)
            contact.pop("primaryPhone", None)
            contact["contactAddress"].pop("addressLine1", None)
            contact["contactAddress"].pop("addressLine2", None)
    return body


def _distort(node: Any, path: list[str], value: object) -> None:
    """Puts something else where `path` leads (`lineItems.0.quantity`): what eBay may say some day."""
    for step in path[:-1]:
        node = node[int(step)] if isinstance(node, list) else node[step]
    node[int(path[-1]) if isinstance(node, list) else path[-1]] = value
