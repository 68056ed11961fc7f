"""A fulfillment → the body of TradeGecko's order, exact to the minor unit."""

from decimal import Decimal

from msgspec import Struct

from tranter.connectors.tradegecko.addresses import address_fields, shortened
from tranter.connectors.tradegecko.refusals import UNKNOWN_SKU
from tranter.connectors.tradegecko.settings import TradeGeckoSettings
from tranter.model import Address, Fulfillment, FulfillmentLine, Money, total
from tranter.sdk.errors import RejectedError

OURS = "urn:tranter:"
RATE = Decimal("0.0001")


class Party(Struct, frozen=True, kw_only=True):
    """Who buys and where it goes, as far as TradeGecko knows them; empty ids are made with the order."""

    company_id: str = ""
    address_id: str = ""
    billing_id: str = ""


class SentLine(Struct, frozen=True, kw_only=True):
    """One line of the body. `line_id` is the cart's; empty for a charge."""

    line_id: str = ""
    product_id: str = ""
    quantity: int
    amount: Money
    fields: dict[str, object]


def source_url(fulfillment: Fulfillment) -> str:
    """Our key, beside the reference: it tells two fulfillments of one order apart."""
    return f"{OURS}{fulfillment.key}"


def order_body(
    fulfillment: Fulfillment, settings: TradeGeckoSettings, party: Party, currency: str
) -> dict[str, object]:
    """Everything but the lines. `currency` is the code to name, if any."""
    body: dict[str, object] = {
        "issued_at": fulfillment.ordered_at.date().isoformat(),
        "order_number": fulfillment.number,
        "reference_number": fulfillment.reference,
        "source_url": source_url(fulfillment),
        "status": "draft" if fulfillment.test else settings.order_status,
        "notes": notes(fulfillment),
        "email": fulfillment.buyer.email or fulfillment.ship_to.email,
        "phone_number": fulfillment.ship_to.phone or fulfillment.buyer.phone,
        "ship_at": fulfillment.ship_by.date().isoformat() if fulfillment.ship_by else "",
        "currency_iso": currency,
        "tax_treatment": "" if settings.tax_treatment == "default" else settings.tax_treatment,
        "stock_location_id": int(settings.location_id) if settings.location_id else "",
    }
    body |= _party_fields(fulfillment, settings, party)
    return {name: value for name, value in body.items() if value != ""}


def notes(fulfillment: Fulfillment) -> str:
    buyer = fulfillment.buyer
    place = f" ({fulfillment.marketplace})" if fulfillment.marketplace else ""
    facts = [
        "TEST ORDER: do not send" if fulfillment.test else "",
        fulfillment.note.strip(),
        f"Order {fulfillment.reference}{place}",
        _full_number(fulfillment),
        f"Ship by {fulfillment.ship_by:%Y-%m-%d %H:%M} UTC" if fulfillment.ship_by else "",
        f"Ship with {fulfillment.ship_method}" if fulfillment.ship_method else "",
        *(f"{reference.name}: {reference.value}" for reference in fulfillment.tax_references),
        f"{buyer.tax_id_kind or 'Tax id'} of the buyer: {buyer.tax_id}" if buyer.tax_id else "",
    ]
    return "\n".join(fact for fact in facts if fact)


def _full_number(fulfillment: Fulfillment) -> str:
    """Where the warehouse gets a shortened one, and the reference does not tell it."""
    full = fulfillment.full_number
    return "" if full in ("", fulfillment.number, fulfillment.reference) else f"Order number {full}"


def sent_lines(fulfillment: Fulfillment, settings: TradeGeckoSettings) -> tuple[SentLine, ...]:
    """Goods first, then the charges. Tax that the cart collects is in none of them."""
    goods = tuple(_goods_line(line, fulfillment, settings) for line in fulfillment.lines)
    charges = (
        _charge("rounding", "Rounding", _remainder(fulfillment), settings),
        _discount(fulfillment, settings),
        _shipping(fulfillment, settings),
    )
    return (*goods, *(charge for charge in charges if charge is not None))


def amount_of(lines: tuple[SentLine, ...], currency: str) -> Money:
    return total((line.amount for line in lines), currency)


def billing_address(fulfillment: Fulfillment) -> Address | None:
    """None where it goes to the same label: TradeGecko takes the shipping address then."""
    address = fulfillment.bill_to
    if address is None or not any(line.strip() for line in address.lines):
        return None
    return None if _label(address) == _label(fulfillment.ship_to) else address


def _party_fields(fulfillment: Fulfillment, settings: TradeGeckoSettings, party: Party) -> dict[str, object]:
    fields: dict[str, object] = {}
    if party.company_id:
        fields["company_id"] = int(party.company_id)
    else:
        fields["company"] = _company(fulfillment, settings)
    if party.address_id:
        fields["shipping_address_id"] = int(party.address_id)
    else:
        fields["shipping_address"] = address_fields(fulfillment.ship_to)
    billing = billing_address(fulfillment)
    if billing is not None and party.billing_id:
        fields["billing_address_id"] = int(party.billing_id)
    elif billing is not None:
        fields["billing_address"] = address_fields(billing)
    return fields


def company_name(fulfillment: Fulfillment) -> str:
    """Never blank: TradeGecko asks for one."""
    ship_to, buyer = fulfillment.ship_to, fulfillment.buyer
    names = (buyer.name, ship_to.name, ship_to.company, buyer.email, buyer.remote_id, fulfillment.reference)
    return next(name.strip() for name in (*names, "Buyer") if name.strip())


def _company(fulfillment: Fulfillment, settings: TradeGeckoSettings) -> dict[str, str]:
    buyer = fulfillment.buyer
    by_code = settings.customer_matching == "buyer"
    fields = {
        "name": shortened(company_name(fulfillment))[0],
        "company_type": settings.company_type,
        "email": buyer.email,
        "phone_number": buyer.phone or fulfillment.ship_to.phone,
        "tax_number": buyer.tax_id,
        "company_code": buyer.remote_id if by_code else "",
    }
    return {name: value for name, value in fields.items() if value}


def _goods_line(line: FulfillmentLine, fulfillment: Fulfillment, settings: TradeGeckoSettings) -> SentLine:
    if not line.product_id.isdecimal():
        raise RejectedError(
            f"TradeGecko has no variant with the SKU {line.sku!r}.",
            "Create the variant in TradeGecko, or map the SKU to one that is there.",
            kind=UNKNOWN_SKU,
            value=line.sku,
        )
    if line.quantity < 1:
        raise RejectedError(
            f"The line of {line.sku!r} has no quantity.", "Correct the order at the cart.", kind="lines"
        )
    price = Money(line.amount.minor // line.quantity, line.amount.currency)
    fields: dict[str, object] = {
        "variant_id": int(line.product_id),
        "quantity": line.quantity,
        "price": price.text(),
        "line_type": "product",
    }
    if settings.dynamic_item_tax_rate:
        fields["tax_rate_override"] = _rate(line, fulfillment, settings)
    return SentLine(
        line_id=line.line_id,
        product_id=line.product_id,
        quantity=line.quantity,
        amount=price.times(line.quantity),
        fields=fields,
    )


def _rate(line: FulfillmentLine, fulfillment: Fulfillment, settings: TradeGeckoSettings) -> str:
    """Percent. Tax that the cart tells for the whole order only is spread over the lines by their amounts."""
    base, tax = line.amount.minor, line.tax.minor if line.tax else 0
    if settings.send_discount and line.discount is not None:
        base -= line.discount.minor
    if all(other.tax is None for other in fulfillment.lines):
        base, tax = sum(other.amount.minor for other in fulfillment.lines), fulfillment.tax.minor
    if settings.tax_treatment == "inclusive":
        base -= tax
    if base <= 0 or tax <= 0:
        return "0.0"
    return f"{(Decimal(tax) * 100 / Decimal(base)).quantize(RATE).normalize():f}"


def _remainder(fulfillment: Fulfillment) -> Money:
    """What the unit prices leave out where an amount can't be divided by its quantity."""
    rest = sum(line.amount.minor % line.quantity for line in fulfillment.lines if line.quantity)
    return Money(rest, fulfillment.currency)


def _discount(fulfillment: Fulfillment, settings: TradeGeckoSettings) -> SentLine | None:
    if not settings.send_discount:
        return None
    return _charge("discount", settings.discount_line_label, -fulfillment.discount, settings)


def _shipping(fulfillment: Fulfillment, settings: TradeGeckoSettings) -> SentLine | None:
    if not settings.shipping_line_label:
        return None
    label = settings.shipping_line_label.replace("{method}", fulfillment.ship_method).strip() or "Shipping"
    return _charge("shipping", label, fulfillment.shipping, settings, settings.send_zero_shipping)


def _charge(
    line_type: str, label: str, amount: Money, settings: TradeGeckoSettings, even_zero: bool = False
) -> SentLine | None:
    if amount.minor == 0 and not even_zero:
        return None
    fields: dict[str, object] = {
        "freeform": True,
        "line_type": line_type,
        "label": label,
        "quantity": 1,
        "price": amount.text(),
    }
    if settings.dynamic_item_tax_rate:
        fields["tax_rate_override"] = "0.0"
    return SentLine(quantity=1, amount=amount, fields=fields)


def _label(address: Address) -> tuple[str, ...]:
    parts = (address.name, *address.lines, address.city, address.postal_code, address.country)
    return tuple(" ".join(part.casefold().split()) for part in parts)
