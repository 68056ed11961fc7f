"""The parts of eBay's JSON that are read. Absent means empty: eBay leaves out what it calls required."""

import json
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from tranter.model import Unreadable

# msgspec tells the place and the kind of a mistake, never the value: no personal data gets into exceptions.


class Amount(Struct, rename="camel", frozen=True):
    """`value` is a decimal string such as "4085.0"; a converted amount also tells from what."""

    value: str | int | float = "0"
    currency: str = ""
    converted_from_value: str | int | float = "0"
    converted_from_currency: str = ""


class Address(Struct, rename="camel", frozen=True):
    address_line1: str = ""
    address_line2: str = ""
    city: str = ""
    county: str = ""
    state_or_province: str = ""
    postal_code: str = ""
    country_code: str = ""


class Phone(Struct, rename="camel", frozen=True):
    phone_number: str = ""


class Contact(Struct, rename="camel", frozen=True):
    full_name: str = ""
    company_name: str = ""
    contact_address: Address = Address()
    primary_phone: Phone = Phone()
    email: str = ""


class TaxIdentifier(Struct, rename="camel", frozen=True):
    taxpayer_id: str = ""
    tax_identifier_type: str = ""


class Buyer(Struct, rename="camel", frozen=True):
    username: str = ""
    tax_identifier: TaxIdentifier = TaxIdentifier()
    buyer_registration_address: Contact | None = None


class ShippingStep(Struct, rename="camel", frozen=True):
    shipping_service_code: str = ""
    ship_to_reference_id: str = ""
    ship_to: Contact | None = None


class Instruction(Struct, rename="camel", frozen=True):
    fulfillment_instructions_type: str = "SHIP_TO"
    ebay_supported_fulfillment: bool = False
    shipping_step: ShippingStep = ShippingStep()


class Named(Struct, frozen=True):
    name: str = ""
    value: str = ""


class Tax(Struct, rename="camel", frozen=True):
    amount: Amount = Amount()
    tax_type: str = ""


class CollectedTax(Struct, rename="camel", frozen=True):
    amount: Amount = Amount()
    tax_type: str = ""
    ebay_reference: Named = Named()


class LineRefund(Struct, rename="camel", frozen=True):
    amount: Amount = Amount()


class OrderRefund(Struct, rename="camel", frozen=True):
    amount: Amount = Amount()
    refund_status: str = ""


class PaymentMade(Struct, rename="camel", frozen=True):
    payment_date: datetime | None = None
    payment_status: str = ""


class PaymentSummary(Struct, rename="camel", frozen=True):
    payments: list[PaymentMade] = []
    refunds: list[OrderRefund] = []


class DeliveryCost(Struct, rename="camel", frozen=True):
    """`importCharges` and `shippingIntermediationFee` are left out: they are never the seller's."""

    shipping_cost: Amount = Amount()
    handling_cost: Amount = Amount()
    discount_amount: Amount = Amount()


class LineInstructions(Struct, rename="camel", frozen=True):
    ship_by_date: datetime | None = None


class Line(Struct, rename="camel", frozen=True):
    line_item_id: str
    quantity: int
    line_item_cost: Amount
    legacy_item_id: str = ""
    legacy_variation_id: str = ""
    sku: str = ""
    title: str = ""
    variation_aspects: list[Named] = []
    discounted_line_item_cost: Amount | None = None
    delivery_cost: DeliveryCost = DeliveryCost()
    line_item_fulfillment_status: str = "NOT_STARTED"
    purchase_marketplace_id: str = ""
    listing_marketplace_id: str = ""
    taxes: list[Tax] = []
    ebay_collect_and_remit_taxes: list[CollectedTax] = []
    refunds: list[LineRefund] = []
    line_item_fulfillment_instructions: LineInstructions = LineInstructions()


class CancelRequest(Struct, rename="camel", frozen=True):
    cancel_request_id: str = ""
    cancel_request_state: str = ""
    cancel_initiator: str = ""
    cancel_reason: str = ""


class CancelStatus(Struct, rename="camel", frozen=True):
    cancel_state: str = "NONE_REQUESTED"
    cancel_requests: list[CancelRequest] = []


class Pricing(Struct, rename="camel", frozen=True):
    """Discounts come as negative amounts."""

    total: Amount
    price_discount: Amount | None = None
    delivery_cost: Amount = Amount()
    delivery_discount: Amount = Amount()
    adjustment: Amount = Amount()


class FulfilledBy(Struct, rename="camel", frozen=True):
    fulfilled_by: str = ""


class Vault(Struct, rename="camel", frozen=True):
    fulfillment_type: str = ""


class Program(Struct, rename="camel", frozen=True):
    fulfillment_program: FulfilledBy = FulfilledBy()
    ebay_vault: Vault = Vault()


class Order(Struct, rename="camel", frozen=True):
    order_id: str
    creation_date: datetime
    last_modified_date: datetime
    order_fulfillment_status: str
    order_payment_status: str
    pricing_summary: Pricing
    line_items: list[Line]
    buyer: Buyer = Buyer()
    buyer_checkout_notes: str = ""
    sales_record_reference: str = ""
    cancel_status: CancelStatus = CancelStatus()
    program: Program = Program()
    payment_summary: PaymentSummary = PaymentSummary()
    fulfillment_start_instructions: list[Instruction] = []


class FulfilledLine(Struct, rename="camel", frozen=True):
    line_item_id: str
    quantity: int = 1


class Parcel(Struct, rename="camel", frozen=True):
    fulfillment_id: str = ""
    shipment_tracking_number: str = ""
    shipping_carrier_code: str = ""
    line_items: list[FulfilledLine] = []


class Parcels(Struct, rename="camel", frozen=True):
    fulfillments: list[Parcel]


class Stock(Struct, rename="camel", frozen=True):
    quantity: int | None = None


class Availability(Struct, rename="camel", frozen=True):
    ship_to_location_availability: Stock = Stock()


class Product(Struct, frozen=True):
    title: str = ""


class Item(Struct, rename="camel", frozen=True):
    sku: str
    availability: Availability = Availability()
    product: Product = Product()


class OfferListing(Struct, rename="camel", frozen=True):
    listing_id: str = ""
    listing_status: str = ""


class Offer(Struct, rename="camel", frozen=True):
    offer_id: str
    marketplace_id: str = ""
    status: str = ""
    available_quantity: int | None = None
    listing: OfferListing = OfferListing()


class ItemOffers(Struct, frozen=True):
    """One inventory item with its offers: the record that the hub keeps of it."""

    item: Item
    offers: list[Offer]


class LineUnits(Struct, rename="camel", frozen=True):
    line_item_id: str
    quantity: int


class OrderUnits(Struct, rename="camel", frozen=True):
    line_items: list[LineUnits]


class OrderCancellation(Struct, rename="camel", frozen=True):
    order_fulfillment_status: str
    cancel_status: CancelStatus = CancelStatus()


class MadeCancellation(Struct, rename="camel", frozen=True):
    cancel_id: str | int = ""


Shape = TypeVar("Shape")
NUL = b"\\u0000"


def lenient(payload: bytes | msgspec.Raw, shape: type[Shape]) -> Shape:
    """Nulls count as absent, numbers may be quoted, and what is no text is replaced. Raises `msgspec.DecodeError`."""
    content = bytes(payload)
    try:
        if NUL not in content:
            return msgspec.json.decode(content, type=shape)
    except ValueError:  # a byte that is no UTF-8 is not among the errors of msgspec
        pass
    return msgspec.convert(_cleaned(_parsed(content), keep_nulls=False), type=shape, strict=False)


def mended(payload: bytes) -> bytes:
    """The same JSON with half characters replaced, one of which would spoil a whole page. Raises `DecodeError`."""
    return msgspec.json.encode(_cleaned(_parsed(payload), keep_nulls=True))


def _parsed(payload: bytes) -> object:
    """The standard library takes half surrogate pairs, which msgspec refuses."""
    try:
        found: object = json.loads(payload.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise msgspec.DecodeError("it is not JSON, or cut off") from error
    return found


def _cleaned(value: object, keep_nulls: bool) -> object:
    if isinstance(value, dict):
        kept = {name: item for name, item in value.items() if keep_nulls or item is not None}
        return {_text(str(name)): _cleaned(item, keep_nulls) for name, item in kept.items()}
    if isinstance(value, list):
        return [_cleaned(item, keep_nulls) for item in value if keep_nulls or item is not None]
    return _text(value) if isinstance(value, str) else value


def _text(value: str) -> str:
    return value.replace("\0", "").encode("utf-8", "replace").decode()


def read_order(payload: bytes) -> Order:
    """Raises `Unreadable`, naming the place in the document and no value of it."""
    try:
        return lenient(payload, Order)
    except msgspec.DecodeError as error:
        raise Unreadable(
            f"eBay's record of the order can't be read: {error}",
            "look at the order in Seller Hub; if it is in order there, report this to us",
        ) from error
