"""A delivery in CartRover's fields. Pure."""

from hashlib import sha256

from tranter.model import Address, Fulfillment, FulfillmentLine, Money


def order_body(fulfillment: Fulfillment) -> dict[str, object]:
    """What is blank is left out. The key in `custom_field_5` says that an order is ours, and which."""
    body: dict[str, object] = {
        "cust_ref": fulfillment.number,
        "cust_po_no": fulfillment.reference,
        "custom_field_5": mark_of(fulfillment),
        "order_date": f"{fulfillment.ordered_at:%Y-%m-%d}",
        "ship_code": fulfillment.ship_method,
        "shipping_instructions": fulfillment.note,
        "customer_id": fulfillment.buyer.remote_id,
        "currency_code": fulfillment.currency,
        "sub_total": _text(sum((line.amount.minor for line in fulfillment.lines), 0), fulfillment.currency),
        "shipping_handling": fulfillment.shipping.text(),
        "order_discount": fulfillment.discount.text(),
        "sales_tax": fulfillment.tax.text(),
        "grand_total": fulfillment.total.text(),
        **_place("ship", fulfillment.ship_to),
    }
    if fulfillment.ship_by:
        body["requested_ship_date"] = f"{fulfillment.ship_by:%Y-%m-%d}"
    if fulfillment.bill_to:
        body |= _place("cust", fulfillment.bill_to)
    else:
        body["ship_is_billing"] = True
    body["items"] = [_item(line, number) for number, line in enumerate(fulfillment.lines, 1)]
    return {name: value for name, value in body.items() if value != ""}


def mark_of(fulfillment: Fulfillment) -> str:
    return sha256(fulfillment.key.encode()).hexdigest()[:24]


def _place(prefix: str, place: Address) -> dict[str, object]:
    first, _, last = place.name.strip().rpartition(" ")
    lines = [*place.lines, "", "", ""]
    return {
        f"{prefix}_first_name": first,
        f"{prefix}_last_name": last,
        f"{prefix}_company": ", ".join(part for part in (place.company, place.reference) if part),
        f"{prefix}_address_1": lines[0],
        f"{prefix}_address_2": lines[1],
        f"{prefix}_address_3": ", ".join(line for line in lines[2:] if line),
        f"{prefix}_city": place.city,
        f"{prefix}_state": place.region,
        f"{prefix}_zip": place.postal_code,
        f"{prefix}_country": place.country,
        f"{prefix}_phone": place.phone,
        f"{prefix}_e_mail": place.email,
    }


def _item(line: FulfillmentLine, number: int) -> dict[str, object]:
    price = line.amount.decimal() / max(line.quantity, 1)
    return {
        "line_no": str(number),
        "line_item_id": line.line_id,
        "item": line.sku,
        "description": line.title,
        "quantity": line.quantity,
        "price": f"{price:.4f}",
        "extended_amount": line.amount.text(),
    }


def _text(minor: int, currency: str) -> str:
    return Money(minor, currency).text()
