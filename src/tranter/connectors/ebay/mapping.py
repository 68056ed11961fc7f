"""An order of eBay's → our order. Pure."""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import TypeVar

from msgspec import Struct

from tranter.connectors.ebay import pricing, wire
from tranter.connectors.ebay.words import (
    BlankSku,
    CancelState,
    Delivery,
    OrderNumber,
    Payment,
    Progress,
)
from tranter.model import Address, Buyer, CartState, Order, OrderLine, TaxReference, Unreadable

Word = TypeVar("Word", bound=Enum)
SEEN_BY_TITLE = "the title is the item id, as eBay does while a listing is on hold"


class Reading(Struct, frozen=True):
    """What the merchant chose that bears on reading."""

    blank_sku: BlankSku = BlankSku.HOLD
    fixed_sku: str = ""
    order_number: OrderNumber = OrderNumber.ORDER_ID


def order(payload: bytes, reading: Reading) -> Order:
    """Raises `Unreadable`."""
    remote = wire.read_order(payload)
    if not remote.line_items:
        raise Unreadable("eBay's record of the order has no lines", "look at the order in Seller Hub")
    currency = remote.pricing_summary.total.currency
    state, reason = cart_state(remote)
    kept = remote.line_items
    may_be_sent = state in (CartState.OPEN, CartState.WAITING, CartState.CANCEL_REQUESTED)
    if may_be_sent:
        kept = [line for line in kept if not _is_shipped(line)]
        if not kept:
            state, reason = CartState.SKIPPED, "every line is sent already"
    totals = _totals(remote, kept, currency)
    number, number_note = _number(remote, reading)
    ship_to, address_notes = _ship_to(remote, state)
    return Order(
        remote_id=remote.order_id,
        number=number,
        state=state,
        state_reason=reason,
        marketplace=_marketplace(remote.line_items[0]),
        ordered_at=_utc(remote.creation_date),
        modified_at=_utc(remote.last_modified_date),
        currency=currency.upper(),
        buyer=_buyer(remote),
        ship_to=ship_to,
        bill_to=_bill_to(remote),
        lines=tuple(_line(line, currency, line_sku(line, reading), may_be_sent) for line in kept),
        shipping=totals.shipping,
        discount=totals.discount,
        tax=totals.tax,
        collected_tax=totals.collected_tax,
        total=totals.total,
        ship_method=_instruction(remote).shipping_step.shipping_service_code,
        ship_by=min((by for line in kept if (by := _ship_by(line)) is not None), default=None),
        paid_at=_paid_at(remote),
        note=remote.buyer_checkout_notes,
        tax_references=_tax_references(kept),
        adapted=(*totals.notes, *number_note, *address_notes, *_line_notes(remote, kept)),
        refunded=pricing.order_refunded(remote, currency),
        shipped_quantities=tuple((line.line_item_id, line.quantity) for line in remote.line_items if _is_shipped(line)),
    )


def cart_state(remote: wire.Order) -> tuple[CartState, str]:
    """eBay's three states in one, and why.

    A hold of the seller's funds holds no parcel: eBay releases them once it is sent.
    """
    progress = _word(Progress, remote.order_fulfillment_status, "fulfillment status")
    payment = _word(Payment, remote.order_payment_status, "payment status")
    cancel = _word(CancelState, remote.cancel_status.cancel_state, "cancel state")
    if skipped := _not_ours(remote):
        return CartState.SKIPPED, skipped
    if cancel is CancelState.CANCELED:
        return CartState.CANCELED, _cancel_reason(remote) or "canceled at eBay"
    if progress is Progress.FULFILLED:  # a refund after that is a return's, and stops nothing
        return CartState.SHIPPED, "eBay counts it as sent"
    if payment is Payment.FULLY_REFUNDED:
        return CartState.CANCELED, "fully refunded at eBay"
    asked = any(request.cancel_request_state == "REQUESTED" for request in remote.cancel_status.cancel_requests)
    if cancel is CancelState.IN_PROGRESS or asked:
        return CartState.CANCEL_REQUESTED, _cancel_reason(remote) or "a cancellation is asked for at eBay"
    match payment:
        case Payment.PENDING:
            return CartState.WAITING, "not paid yet"
        case Payment.FAILED:
            return CartState.WAITING, "the payment failed"
        case Payment.PAID | Payment.PARTIALLY_REFUNDED:
            return CartState.OPEN, ""


def _not_ours(remote: wire.Order) -> str:
    if remote.program.fulfillment_program.fulfilled_by == "EBAY":
        return "fulfilled by eBay"
    if remote.program.ebay_vault.fulfillment_type in ("VAULT_TO_VAULT", "VAULT_TO_BUYER"):
        return "sent from eBay's vault"
    match _word(Delivery, _instruction(remote).fulfillment_instructions_type, "fulfillment instructions type"):
        case Delivery.FULFILLED_BY_EBAY:
            return "fulfilled by eBay"
        case Delivery.DIGITAL:
            return "delivered digitally"
        case Delivery.PREPARE_FOR_PICKUP:
            return "picked up by the buyer"
        case Delivery.SHIP_TO | Delivery.SELLER_DEFINED:
            return ""


def _cancel_reason(remote: wire.Order) -> str:
    for request in reversed(remote.cancel_status.cancel_requests):
        if request.cancel_reason or request.cancel_initiator:
            return f"{request.cancel_initiator or 'somebody'}: {request.cancel_reason or 'no reason given'}"
    return ""


def _word(words: type[Word], said: str, name: str) -> Word:
    try:
        return words(said)
    except ValueError as error:
        raise Unreadable(
            f"eBay's {name} {said[:60]!r} is a new word to us",
            "look at the order in Seller Hub; it goes on when eBay changes it to a word that is known",
        ) from error


def _instruction(remote: wire.Order) -> wire.Instruction:
    return next(iter(remote.fulfillment_start_instructions), wire.Instruction())


def _is_shipped(line: wire.Line) -> bool:
    """eBay says FULFILLED as soon as one unit of the line is sent."""
    return _word(Progress, line.line_item_fulfillment_status, "line's status") is Progress.FULFILLED


def _totals(remote: wire.Order, kept: Sequence[wire.Line], currency: str) -> pricing.Totals:
    if len(kept) == len(remote.line_items):
        return pricing.whole_order(remote, currency)
    return pricing.part_of_order(kept, currency)


def _number(remote: wire.Order, reading: Reading) -> tuple[str, tuple[str, ...]]:
    match reading.order_number:
        case OrderNumber.ORDER_ID:
            return remote.order_id, ()
        case OrderNumber.SALES_RECORD:
            if remote.sales_record_reference:
                return remote.sales_record_reference, ()
            return remote.order_id, ("eBay gives no sales record: the order id is the number",)


def _line(line: wire.Line, currency: str, sku: str, may_be_sent: bool) -> OrderLine:
    if line.quantity < 0:
        raise Unreadable(f"eBay's line {line.line_item_id} has a negative quantity", pricing.REMEDY)
    discount, tax = pricing.line_discount(line, currency), pricing.line_tax(line, currency)
    return OrderLine(
        line_id=line.line_item_id,
        sku=sku,
        quantity=line.quantity,
        amount=pricing.money(line.line_item_cost, currency),
        discount=discount if discount.minor else None,
        tax=tax if tax.minor else None,
        title=line.title,
        listing_id=line.legacy_item_id,
        variation=", ".join(f"{aspect.name}: {aspect.value}" for aspect in line.variation_aspects),
        marketplace=_marketplace(line),
        trouble=_trouble(line, sku, currency) if may_be_sent else "",
    )


def line_sku(line: wire.Line, reading: Reading) -> str:
    if line.sku.strip():
        return line.sku
    match reading.blank_sku:
        case BlankSku.HOLD:
            return ""
        case BlankSku.ITEM_ID:
            return "-".join(part for part in (line.legacy_item_id, line.legacy_variation_id) if part)
        case BlankSku.FIXED:
            return reading.fixed_sku


def _trouble(line: wire.Line, sku: str, currency: str) -> str:
    if line.quantity == 0:
        return "eBay says that 0 of it were bought: look at the order in Seller Hub"
    refunded = pricing.line_refunded(line, currency)
    paid = pricing.money(line.line_item_cost, currency) - pricing.line_discount(line, currency)
    if refunded.minor > 0 and refunded >= paid:
        return "this line is fully refunded: decide whether it is still to be sent"
    if not sku:
        return (
            f"the listing {line.legacy_item_id} has no item code (SKU): give it one, "
            "or choose in the settings what to use instead"
        )
    return ""


def _line_notes(remote: wire.Order, kept: Sequence[wire.Line]) -> tuple[str, ...]:
    notes = [
        f"line {line.line_item_id}: {SEEN_BY_TITLE}"
        for line in kept
        if line.title and line.title == line.legacy_item_id
    ]
    left_out = len(remote.line_items) - len(kept)
    if left_out:
        notes.append(f"{left_out} of {len(remote.line_items)} lines are sent already and left out")
    return tuple(notes)


def _marketplace(line: wire.Line) -> str:
    return line.purchase_marketplace_id or line.listing_marketplace_id


def _ship_by(line: wire.Line) -> datetime | None:
    by = line.line_item_fulfillment_instructions.ship_by_date
    return None if by is None else _utc(by)


def _paid_at(remote: wire.Order) -> datetime | None:
    """When the last of its payments was made."""
    made = [one.payment_date for one in remote.payment_summary.payments if one.payment_status == "PAID"]
    return max((_utc(at) for at in made if at is not None), default=None)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _tax_references(lines: Sequence[wire.Line]) -> tuple[TaxReference, ...]:
    found = (tax.ebay_reference for line in lines for tax in line.ebay_collect_and_remit_taxes)
    return tuple(dict.fromkeys(TaxReference(each.name, each.value) for each in found if each.value))


def _buyer(remote: wire.Order) -> Buyer:
    contact = remote.buyer.buyer_registration_address or wire.Contact()
    ship_to = _instruction(remote).shipping_step.ship_to or wire.Contact()
    if _is_forwarded(remote):  # ship_to belongs to the programme then, and its buyer is eBay's to write to
        ship_to = wire.Contact(full_name=ship_to.full_name)
    return Buyer(
        remote_id=remote.buyer.username,
        name=contact.full_name or ship_to.full_name,
        email="" if _is_forwarded(remote) else contact.email or ship_to.email,
        phone=contact.primary_phone.phone_number or ship_to.primary_phone.phone_number,
        tax_id=remote.buyer.tax_identifier.taxpayer_id,
        tax_id_kind=remote.buyer.tax_identifier.tax_identifier_type,
    )


def _is_forwarded(remote: wire.Order) -> bool:
    """Global Shipping, eBay International Shipping, Authenticity Guarantee: the parcel goes to a hub first.

    Where it goes from there (`finalDestinationAddress`) is not even read.
    """
    return _instruction(remote).ebay_supported_fulfillment


def _ship_to(remote: wire.Order, state: CartState) -> tuple[Address | None, tuple[str, ...]]:
    step = _instruction(remote).shipping_step
    contact = step.ship_to
    place = contact.contact_address if contact is not None else wire.Address()
    if contact is None or not (place.address_line1 or place.address_line2):
        if state is CartState.OPEN:
            raise Unreadable(
                "eBay gives no street to ship to (it removes addresses 90 days after the purchase)",
                "look the address up in Seller Hub and enter the order by hand",
            )
        return (None, ()) if contact is None else (_address(contact, "", keep_email=False), ())
    forwarded = _is_forwarded(remote)
    address = _address(contact, step.ship_to_reference_id if forwarded else "", keep_email=not forwarded)
    return address, () if address.phone else ("there is no phone number: the order goes without",)


def _bill_to(remote: wire.Order) -> Address | None:
    contact = remote.buyer.buyer_registration_address
    return None if contact is None else _address(contact, "", keep_email=not _is_forwarded(remote))


def _address(contact: wire.Contact, reference: str, *, keep_email: bool) -> Address:
    place = contact.contact_address
    return Address(
        name=contact.full_name,
        company=contact.company_name,
        reference=reference,
        lines=tuple(line for line in (place.address_line1, place.address_line2) if line.strip()),
        city=place.city,
        region=place.state_or_province or place.county,
        postal_code=place.postal_code,
        country=place.country_code.upper(),
        phone=contact.primary_phone.phone_number,
        email=contact.email if keep_email else "",
    )
